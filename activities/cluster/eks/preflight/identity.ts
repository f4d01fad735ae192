import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { ApplicationFailure } from '@temporalio/activity';
import { FailureType } from '../../../../domain/failure.ts';
import { messageOf } from '../../../../domain/message-of.ts';
import { ask } from '../../../aws/call.ts';
import type { AwsClients } from '../../../aws/clients.ts';
import { forgetCredentials } from '../../../aws/credentials.ts';
import { awsFailure } from '../../../aws/failure.ts';

/** Who calls AWS, and where. */
export interface Identity {
  readonly account: string;
  readonly arn: string;
  readonly region: string;
}

/**
 * Finds out whose credentials the worker has, and in which region it is.
 * @throws ApplicationFailure `AccessDenied` without region or credentials that AWS takes, `InvalidTarget` for a region that is none
 */
export async function identify(aws: AwsClients): Promise<Identity> {
  const region = await regionOf(aws);
  try {
    const { Account = '', Arn = '' } = await ask('find out whose AWS credentials these are', (options) =>
      aws.sts.send(new GetCallerIdentityCommand({}), options),
    );
    return { account: Account, arn: Arn, region };
  } catch (error) {
    // Every region has an address for STS; a name that has none is no region.
    throw messageOf(error).includes('ENOTFOUND') ? noSuchRegion(region, messageOf(error)) : error;
  }
}

/**
 * Reads the credentials anew, and waits until AWS takes them where that is waited for.
 * @param operation who to ask
 */
export async function renewCredentials({ aws }: { readonly aws: AwsClients }): Promise<void> {
  forgetCredentials();
  await ask('find out whose AWS credentials these are', (options) =>
    aws.sts.send(new GetCallerIdentityCommand({}), options),
  );
}

/** The region that the spec, the environment or the profile names. */
export async function regionOf(aws: AwsClients): Promise<string> {
  try {
    return await aws.sts.config.region();
  } catch (error) {
    throw awsFailure('find the AWS region: give cluster.region, or set AWS_REGION for the worker', error);
  }
}

function noSuchRegion(region: string, reason: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `cluster.region: no AWS service answers in "${region}" (${reason}); \`aws ec2 describe-regions --all-regions\` lists the regions`,
    FailureType.invalidTarget,
  );
}
