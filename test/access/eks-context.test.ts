import { KubeConfig } from '@kubernetes/client-node';
import { expect, it } from '@jest/globals';
import { eksContext } from '../../access/eks-context.ts';

const arn = (region: string, name: string) => `arn:aws:eks:${region}:123456789012:cluster/${name}`;

function contextFor(cluster: string): string | null {
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [],
    users: [],
    contexts: [{ name: 'mine', cluster, user: 'u' }],
    currentContext: '',
  });
  return eksContext(config, { name: 'lab', region: 'us-west-1' });
}

it.each([
  arn('us-west-1', 'lab'),
  arn('us-west-1', 'lab').replace('aws', 'aws-cn'),
  'lab.us-west-1.eksctl.io',
])('finds the context of %s', (cluster) => {
  expect(contextFor(cluster)).toBe('mine');
});

it.each([arn('us-west-2', 'lab'), arn('us-west-1', 'lab2'), 'lab.us-west-2.eksctl.io', 'lab'])(
  'takes %s for another cluster',
  (cluster) => {
    expect(contextFor(cluster)).toBeNull();
  },
);
