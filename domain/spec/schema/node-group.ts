/** A managed node group, with the field names of eksctl's ClusterConfig (https://schema.eksctl.io). */
import * as z from 'zod';
import * as defaults from '../../defaults.ts';
import { flag, labelKey, labelValue, listOf, mapping, oneOf, whole } from '../fields.ts';
import { awsTags, policyArn, roleArn } from './aws-names.ts';

const name = z.string({ error: 'a name in text' }).regex(/^[0-9A-Za-z][A-Za-z0-9-]{0,62}$/, {
  error: "a name of at most 63 letters, digits and '-' that begins with a letter or digit",
});

const instanceType = z.string({ error: 'an EC2 instance type' }).regex(/^[a-z0-9-]+\.[a-z0-9-]+$/, {
  error: 'an EC2 instance type, such as c5.large',
});

export const nodes = whole(0, defaults.maxNodes);

const taint = mapping('a taint', {
  key: labelKey,
  value: labelValue.optional(),
  effect: oneOf(['NoSchedule', 'NoExecute', 'PreferNoSchedule']),
});

const fields = {
  name: name.optional(),
  instanceType: instanceType.optional(),
  instanceTypes: listOf('EC2 instance types', instanceType).optional(),
  spot: flag.optional(),
  desiredCapacity: nodes.optional(),
  minSize: nodes.optional(),
  maxSize: whole(1, defaults.maxNodes).optional(),
  volumeSize: whole(defaults.minVolumeSize, defaults.maxVolumeSize).optional(),
  amiFamily: oneOf(['AmazonLinux2023', 'Bottlerocket']).optional(),
  privateNetworking: flag.optional(),
  labels: z.record(labelKey, labelValue, { error: 'a mapping of labels to values' }).optional(),
  taints: listOf('taints', taint).optional(),
  tags: awsTags.optional(),
  iam: mapping('the IAM of a node group', {
    instanceRoleARN: roleArn.optional(),
    instanceRolePermissionsBoundary: policyArn.optional(),
    attachPolicyARNs: listOf('policies', policyArn).optional(),
  }).optional(),
};

/** What a document may say of a managed node group. */
export const nodeGroup = mapping('a node group', fields).refine(
  ({ instanceType: one, instanceTypes: many }) => one === undefined || many === undefined,
  { path: ['instanceTypes'], error: 'give instanceType or instanceTypes, not both' },
);

export type GivenNodeGroup = z.output<typeof nodeGroup>;
