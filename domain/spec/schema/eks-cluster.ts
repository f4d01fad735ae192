/** A cluster of Amazon EKS. What its fields mean for each other is in `checks/check-eks-cluster.ts`. */
import * as z from 'zod';
import * as defaults from '../../defaults.ts';
import { flag, line, mapping, whole } from '../fields.ts';

/** EKS's own rule; what a name to make has to be besides is in `checks/check-eks-cluster.ts`. */
const clusterName = z.string({ error: 'a name in text' }).regex(/^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/, {
  error: "a name of at most 100 letters, digits, '-' and '_' that begins with a letter or digit",
});

const nodeGroupName = z.string({ error: 'a name in text' }).regex(/^[0-9A-Za-z][A-Za-z0-9-]{0,62}$/, {
  error: "a name of at most 63 letters, digits and '-' that begins with a letter or digit",
});

const version = z.string({ error: 'a version in quotes, such as "1.35"' }).regex(/^1\.\d{2}$/, {
  error: 'a minor version of Kubernetes, such as "1.35"',
});

const region = z.string({ error: 'the name of an AWS region' }).regex(/^[a-z]{2,}(-[a-z]+)+-\d+$/, {
  error: 'the name of an AWS region, such as us-west-1',
});

const instanceType = z.string({ error: 'an EC2 instance type' }).regex(/^[a-z0-9-]+\.[a-z0-9-]+$/, {
  error: 'an EC2 instance type, such as c5.large',
});

export const nodes = whole(0, defaults.maxNodes);

const nodeGroup = mapping('a node group', {
  name: nodeGroupName.optional(),
  instanceType: instanceType.optional(),
  desired: nodes.optional(),
  min: nodes.optional(),
  max: whole(1, defaults.maxNodes).optional(),
  volumeSize: whole(defaults.minVolumeSize, defaults.maxVolumeSize).optional(),
});

export const eksCluster = mapping('a cluster', {
  provider: z.literal('eks'),
  name: clusterName,
  region: region.optional(),
  profile: line('the name of a profile').optional(),
  existing: flag.default(false),
  version: version.optional(),
  nodeGroup: nodeGroup.optional(),
  kubeconfig: line('a path of one line').optional(),
});

export type ParsedEks = z.output<typeof eksCluster>;
