import { describe, expect, it } from '@jest/globals';
import { sample } from '../../../../activities/gates/kinds.ts';
import type { Pod } from '../../../../activities/kubernetes/index.ts';
import type { RestartsGateSpec } from '../../../../domain/spec/document.ts';
import { versionPod } from '../../traffic/fake-mesh.ts';
import { sampled } from './fixtures.ts';

const shift = Date.parse('2026-01-31T12:00:00Z');
const gate: RestartsGateSpec = { ...sampled, kind: 'restarts', window: 0, max: 0 };
const v2 = { host: 'reviews', subset: 'v2', labels: { version: 'v2' } };

/** A pod whose container has ended so, seconds after the shift. */
function ended(pod: Pod, seconds: number, where: 'state' | 'lastState' = 'lastState', exitCode = 137): Pod {
  const finishedAt = new Date(shift + seconds * 1_000).toISOString();
  const terminated = { exitCode, reason: exitCode === 0 ? 'Completed' : 'OOMKilled', finishedAt };
  const status = { name: 'app', ready: false, restartCount: 1, [where]: { terminated } };
  return { ...pod, status: { ...pod.status, containerStatuses: [status] } };
}

async function restarts(pods: readonly Pod[] | null | Error, max = 0) {
  const podsOf = () => (pods instanceof Error ? Promise.reject(pods) : Promise.resolve(pods));
  const { signal } = new AbortController();
  const source = {
    prometheus: null,
    namespace: 'default',
    rollout: 'w',
    stage: 's',
    weights: {},
    since: shift,
    podsOf,
    counted: () => [],
    signal,
  };
  return sample(source, { ...gate, max }, v2, shift + 60_000);
}

describe('restarts', () => {
  it('that came since the shift fail the gate, with who ended how', async () => {
    await expect(restarts([ended(versionPod('v2'), 5)])).resolves.toEqual({
      verdict: 'fail',
      value: 1,
      requests: null,
      reason:
        '1 restarts of reviews v2 since the shift (maximum 0): pod default/reviews-v2, container app: ended with exit code 137, OOMKilled',
    });
    await expect(restarts([ended(versionPod('v2'), 5, 'state')])).resolves.toMatchObject({ verdict: 'fail' });
  });

  it.each([
    ['came before the shift', [ended(versionPod('v2'), -5)]],
    ['are those of another version', [ended(versionPod('v1'), 5), versionPod('v2')]],
    ['are ends of containers that had done their work', [ended(versionPod('v2'), 5, 'state', 0)]],
    ['have not been', [versionPod('v2')]],
  ])('that %s pass', async (_, pods) => {
    await expect(restarts(pods)).resolves.toMatchObject({ verdict: 'pass', value: 0 });
  });

  it('are not known of a version without pods', async () => {
    await expect(restarts([versionPod('v1')])).resolves.toMatchObject({
      verdict: 'inconclusive',
      reason: 'reviews v2 has no pods to look at',
    });
  });

  it('pass up to the maximum', async () => {
    await expect(restarts([ended(versionPod('v2'), 5)], 1)).resolves.toMatchObject({
      verdict: 'pass',
      value: 1,
    });
  });

  it('are not known without the pods', async () => {
    await expect(restarts(null)).resolves.toMatchObject({ verdict: 'inconclusive' });
    await expect(restarts(new Error('the API server is away'))).resolves.toMatchObject({ verdict: 'error' });
  });
});
