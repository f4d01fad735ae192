import { describe, expect, it, jest } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/activity';
import { askAdmin, askMetrics } from '../../../activities/proxies/ask.ts';
import type { Proxy } from '../../../activities/proxies/proxies.ts';
import { asActivity } from '../support/activity.ts';
import { FakeCluster } from '../support/fake-cluster.ts';

const proxy: Proxy = { namespace: 'shop', pod: 'web', uid: 'u', address: undefined, doubt: null };
const answered = { stdout: 'by exec', stderr: '', exitCode: 0 };
const silent = ApplicationFailure.retryable('no answer');

function clusterThat({ forwards = false, execs = true } = {}): FakeCluster {
  const cluster = new FakeCluster();
  cluster.execAnswers = [
    execs ? answered : ApplicationFailure.nonRetryable('exec is forbidden', 'AccessDenied'),
  ];
  if (forwards)
    jest.spyOn(cluster, 'getByPortForward').mockResolvedValue({ status: 200, text: 'by port-forward' });
  return cluster;
}

const admin = (cluster: FakeCluster) => asActivity(() => askAdmin(cluster, proxy, 'clusters', 1_000));
const metrics = (cluster: FakeCluster) =>
  asActivity(() => askMetrics(cluster, proxy, 'stats/prometheus', 1_000));

describe('a proxy’s admin interface', () => {
  it('is asked through a forwarded port, without a command in the pod', async () => {
    const cluster = clusterThat({ forwards: true });
    expect(await admin(cluster)).toBe('by port-forward');
    expect(cluster.log).toEqual([]);
  });

  it('is asked by a command where no port may be forwarded, which is remembered', async () => {
    const cluster = clusterThat();
    const forward = jest.spyOn(cluster, 'getByPortForward');
    expect(await admin(cluster)).toBe('by exec');
    expect(await admin(cluster)).toBe('by exec');
    expect(forward).toHaveBeenCalledTimes(1);
  });

  it('is asked in no other way once one has worked, when one proxy does not answer', async () => {
    const cluster = clusterThat({ forwards: true });
    await admin(cluster);
    jest.spyOn(cluster, 'getByPortForward').mockRejectedValueOnce(silent);
    await expect(admin(cluster)).rejects.toBe(silent);
    expect(cluster.log).toEqual([]);
  });

  it('that does not answer is not told as forbidden because a command is', async () => {
    const cluster = clusterThat({ execs: false });
    jest.spyOn(cluster, 'getByPortForward').mockRejectedValue(silent);
    await expect(admin(cluster)).rejects.toBe(silent);
  });

  it('is refused for good where every way is forbidden', async () => {
    await expect(admin(clusterThat({ execs: false }))).rejects.toMatchObject({ type: 'AccessDenied' });
  });
});

describe('a proxy’s metrics', () => {
  it('are asked through the API server where the worker does not reach the pod', async () => {
    const cluster = clusterThat();
    const proxied = jest
      .spyOn(cluster, 'getByProxy')
      .mockResolvedValue({ status: 200, text: 'by pods/proxy' });
    expect(await metrics(cluster)).toBe('by pods/proxy');
    expect(proxied).toHaveBeenCalledWith(
      expect.objectContaining({ pod: 'web', port: 15090 }),
      'stats/prometheus',
      expect.any(Number),
    );
    expect(cluster.log).toEqual([]);
  });

  it('are asked by a command last', async () => {
    expect(await metrics(clusterThat())).toBe('by exec');
  });
});
