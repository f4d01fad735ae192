/** A cluster of Amazon EKS. What its fields mean for each other is in `checks/check-eks-cluster.ts`. */
import * as z from 'zod';
import { flag, line, listOf, mapping } from '../fields.ts';
import { eksConfigFields } from './eks-config.ts';
import { nodeGroup } from './node-group.ts';

/** EKS's own rule; what a name to make has to be besides is in `checks/check-eks-cluster.ts`. */
export const clusterName = z.string({ error: 'a name in text' }).regex(/^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/, {
  error: "a name of at most 100 letters, digits, '-' and '_' that begins with a letter or digit",
});

const version = z.string({ error: 'a version in quotes, such as "1.35"' }).regex(/^1\.\d{2}$/, {
  error: 'a minor version of Kubernetes, such as "1.35"',
});

export const region = z.string({ error: 'the name of an AWS region' }).regex(/^[a-z]{2,}(-[a-z]+)+-\d+$/, {
  error: 'the name of an AWS region, such as us-west-1',
});

export const eksCluster = mapping('a cluster', {
  provider: z.literal('eks'),
  name: clusterName,
  region: region.optional(),
  profile: line('the name of a profile').optional(),
  existing: flag.default(false),
  version: version.optional(),
  managedNodeGroups: listOf('node groups', nodeGroup).optional(),
  ...eksConfigFields,
  kubeconfig: line('a path of one line').optional(),
});

export type ParsedEks = z.output<typeof eksCluster>;
