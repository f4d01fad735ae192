/** Where a rollout runs. */
import * as z from 'zod';
import * as defaults from '../../defaults.ts';
import { dnsLabel, line, mapping } from '../fields.ts';
import { eksCluster } from './eks-cluster.ts';

export const cluster = z.discriminatedUnion(
  'provider',
  [
    mapping('a cluster', { provider: z.literal('lab'), name: dnsLabel.default(defaults.defaultLabName) }),
    mapping('a cluster', {
      provider: z.literal('kubeconfig'),
      path: line('a path of one line').optional(),
      context: line('the name of a context').optional(),
    }),
    eksCluster,
  ],
  {
    error: ({ input }) => (isObject(input) ? 'one of lab, kubeconfig, eks' : 'a mapping with provider'),
  },
);

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
