import { ApplicationFailure } from '@temporalio/activity';
import { describe, expect, it } from '@jest/globals';
import { warningsOf, type KubeObject } from '../../../activities/kubernetes/index.ts';
import { FakeCluster } from '../support/fake-cluster.ts';
import { warning } from '../support/objects.ts';

const service = { kind: 'Service', name: 'gateway', namespace: 'shop' };

describe('warnings of an object', () => {
  it('are its own, the oldest first, each once, on one line', async () => {
    const cluster = new FakeCluster(
      warning(service, 'SyncLoadBalancerFailed', 'no subnet\n  found', '2026-01-01T00:00:02Z'),
      warning(service, 'SyncLoadBalancerFailed', 'no subnet found', '2026-01-01T00:00:03Z'),
      warning(service, 'FailedDeploy', 'denied', '2026-01-01T00:00:01Z'),
      warning({ ...service, name: 'other' }, 'FailedDeploy', 'elsewhere'),
      warning({ ...service, kind: 'Pod' }, 'FailedMount', 'elsewhere'),
      { ...warning(service, 'EnsuringLoadBalancer', 'all is well'), type: 'Normal' } as KubeObject,
    );
    await expect(warningsOf(cluster, service)).resolves.toEqual([
      'FailedDeploy: denied',
      'SyncLoadBalancerFailed: no subnet found',
    ]);
  });

  it('are just the latest ones', async () => {
    const events = ['1', '2', '3', '4'].map((at) =>
      warning(service, 'Failed', at, `2026-01-01T00:00:0${at}Z`),
    );
    const cluster = new FakeCluster(...events);
    await expect(warningsOf(cluster, service)).resolves.toEqual(['Failed: 2', 'Failed: 3', 'Failed: 4']);
  });

  it('keep their places while they are said again, and are cut where they are long', async () => {
    const said = (reason: string, message: string, first: string, last: string) => {
      const event = warning(service, reason, message, `2026-01-01T00:00:0${last}Z`);
      const metadata = { ...event.metadata, creationTimestamp: `2026-01-01T00:00:0${first}Z` };
      return { ...event, metadata };
    };
    const page = 'x'.repeat(700);
    const told = async (...events: KubeObject[]) => await warningsOf(new FakeCluster(...events), service);
    const expected = ['Unhealthy: readiness', `Failed: ${'x'.repeat(200)}…`];
    expect(await told(said('Unhealthy', 'readiness', '1', '3'), said('Failed', page, '2', '4'))).toEqual(
      expected,
    );
    expect(await told(said('Unhealthy', 'readiness', '1', '5'), said('Failed', page, '2', '4'))).toEqual(
      expected,
    );
  });

  it('are none for somebody who may not read events', async () => {
    const cluster = new FakeCluster();
    cluster.list = () => Promise.reject(ApplicationFailure.nonRetryable('events is forbidden'));
    await expect(warningsOf(cluster, service)).resolves.toEqual([]);
  });
});
