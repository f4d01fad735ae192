/** Names and tags as AWS has them. */
import * as z from 'zod';

const maxTags = 40;

function arn(service: string, resource: string, what: string) {
  const form = new RegExp(
    `^arn:aws[a-z-]*:${service}:[a-z0-9-]*:(?:\\d{12}|aws):${resource}/[\\w+=,.@/:-]{1,512}$`,
  );
  return z.string({ error: what }).regex(form, { error: what });
}

export const roleArn = arn(
  'iam',
  'role',
  'the ARN of an IAM role, such as arn:aws:iam::111122223333:role/eks',
);
export const policyArn = arn(
  'iam',
  'policy',
  'the ARN of an IAM policy, such as arn:aws:iam::111122223333:policy/boundary',
);
export const principalArn = z
  .string({ error: 'the ARN of an IAM role or user' })
  .regex(/^arn:aws[a-z-]*:iam::\d{12}:(?:role|user)\/[\w+=,.@/-]{1,512}$/, {
    error: 'the ARN of an IAM role or user, such as arn:aws:iam::111122223333:role/admin',
  });
export const keyArn = arn(
  'kms',
  'key',
  'the ARN of a KMS key, such as arn:aws:kms:us-west-1:111122223333:key/…',
);

const key = z.string().regex(/^(?!aws:)[\p{L}\p{N} _.:/=+@-]{1,128}$/iu, {
  error: "a key of at most 128 letters, digits, spaces and _.:/=+@- that does not begin with 'aws:'",
});
const value = z.string({ error: 'text: put it in quotes' }).regex(/^[\p{L}\p{N} _.:/=+@-]{0,256}$/u, {
  error: 'a value of at most 256 letters, digits, spaces and _.:/=+@-',
});

/** Tags beside those that eksctl and Sluice give; CloudFormation takes 50 in all. */
export const awsTags = z
  .record(key, value, { error: 'a mapping of tags to values' })
  .refine((tags) => Object.keys(tags).length <= maxTags, { error: `at most ${maxTags} tags` });
