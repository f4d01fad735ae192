import { describe, expect, it } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/activity';
import { checkServiceAccount } from '../../../../activities/gates/preflight/check-service-account.ts';
import { FakeCluster } from '../../support/fake-cluster.ts';
import { jobGate } from '../../jobs/fixtures.ts';

const account = {
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name: 'checker', namespace: 'shop' },
};
const gate = { ...jobGate, serviceAccount: 'checker' };

describe('the service account of a Job', () => {
  it('must exist where one is named', async () => {
    await expect(checkServiceAccount(new FakeCluster(account), 'shop', gate)).resolves.toEqual([]);
    await expect(checkServiceAccount(new FakeCluster(), 'shop', jobGate)).resolves.toEqual([]);
    await expect(checkServiceAccount(new FakeCluster(account), 'other', gate)).resolves.toEqual([
      { isProblem: true, text: 'there is no ServiceAccount other/checker for its Job' },
    ]);
  });

  it('that must not be read is a warning', async () => {
    const cluster = new FakeCluster();
    cluster.read = () => Promise.reject(ApplicationFailure.nonRetryable('forbidden', 'AccessDenied'));
    await expect(checkServiceAccount(cluster, 'shop', gate)).resolves.toEqual([
      { isProblem: false, text: 'forbidden' },
    ]);
  });

  it('is asked for again when the API server is away', async () => {
    const cluster = new FakeCluster();
    cluster.read = () => Promise.reject(ApplicationFailure.retryable('no answer', 'KubernetesApiError'));
    await expect(checkServiceAccount(cluster, 'shop', gate)).rejects.toThrow('no answer');
  });
});
