import { describe, expect, it } from '@jest/globals';
import { clusterLack, clusterQuery } from '../../../../activities/traffic/observe/cluster-dump.ts';
import { reviews } from '../fake-mesh.ts';

const fullName = 'reviews.default.svc.cluster.local';

function dumpOf(...subsets: string[]): unknown[] {
  return subsets.map((subset) => ({ cluster: { name: `outbound|9080|${subset}|${fullName}` } }));
}

describe('the subsets that a proxy lacks', () => {
  it('are those whose cluster it does not have', () => {
    expect(clusterLack(dumpOf('', 'v1', 'v3'), [reviews], 'default')).toBe('lacks reviews v2 (port 9080)');
  });

  it('are none when it has them all', () => {
    expect(clusterLack(dumpOf('', 'v1', 'v2', 'v3'), [reviews], 'default')).toBeNull();
  });

  it('are none when it does not know the service', () => {
    expect(clusterLack([], [reviews], 'default')).toBeNull();
  });

  it('are asked for on every port', () => {
    const dump = [...dumpOf('', 'v1', 'v2', 'v3'), { cluster: { name: `outbound|9443||${fullName}` } }];
    expect(clusterLack(dump, [reviews], 'default')).toBe(
      'lacks reviews v1 (port 9443), reviews v2 (port 9443), reviews v3 (port 9443)',
    );
  });

  it('are asked for by a pattern that fits the clusters of the namespace and no others, however many services there are', () => {
    const query = new URLSearchParams(clusterQuery('default'));
    const pattern = new RegExp(`^(?:${query.get('name_regex') ?? ''})$`);
    expect(query.get('resource')).toBe('dynamic_active_clusters');
    expect(pattern.test(`outbound|9080|v1|${fullName}`)).toBe(true);
    expect(pattern.test(`outbound|9080||${fullName}`)).toBe(true);
    expect(pattern.test('outbound|9080||reviews.default-2.svc.cluster.local')).toBe(false);
    expect(pattern.test('outbound|9080||default.svc.cluster.local')).toBe(false);
    expect(pattern.test('outbound|9080||reviews-default-svc.x.svc.cluster.local')).toBe(false);
    expect(pattern.test('inbound|9080||')).toBe(false);
  });
});
