import { describe, expect, it } from '@jest/globals';
import { createTrafficActivities } from '../../../activities/traffic/index.ts';
import type { SubsetWeights } from '../../../domain/rollout.ts';
import { asActivity } from '../support/activity.ts';
import { connection } from '../support/objects.ts';
import { followed, reviews, service, versionPod, type FakeMesh } from './fake-mesh.ts';

/** As many ready pods of each version. */
function meshOf(pods: Record<string, number>): FakeMesh {
  const mesh = followed(service('reviews'));
  for (const [version, count] of Object.entries(pods))
    for (let n = 1; n <= count; n++) addPod(mesh, version, n);
  return mesh;
}

function addPod(mesh: FakeMesh, version: string, n: number, ready: 'True' | 'False' = 'True'): void {
  const pod = versionPod(version, ready);
  mesh.put({ ...pod, metadata: { ...pod.metadata, name: `reviews-${version}-${n}` } });
}

function shift(mesh: FakeMesh, split: SubsetWeights, had: number | null, observeTimeout = 100) {
  const { shiftTraffic } = createTrafficActivities(mesh.deps());
  const capacity = had === null ? {} : { reviews: had };
  const input = { connection, namespace: 'default', services: [reviews], observeTimeout, capacity };
  return asActivity(() => shiftTraffic({ ...input, weights: { reviews: split } }));
}

describe('before a shift a subset has the pods for its requests', () => {
  it.each([
    [
      { v1: 4, v2: 1 },
      { v1: 90, v2: 10 },
    ],
    [
      { v1: 2, v2: 2 },
      { v1: 50, v2: 50 },
    ],
    [{ v2: 4 }, { v1: 0, v2: 100 }],
  ])('its share of what the stable one had for all: %j for %j', async (pods, split) => {
    await expect(shift(meshOf(pods), split, 4)).resolves.toBeDefined();
  });

  it.each([
    [
      { v1: 4, v2: 1 },
      { v1: 50, v2: 50 },
      'reviews v2 has 1 of the 2 ready pods that 50 % of the requests need',
    ],
    [
      { v1: 4, v2: 1 },
      { v1: 70, v2: 30 },
      'reviews v2 has 1 of the 2 ready pods that 30 % of the requests need',
    ],
    [{ v1: 4 }, { v1: 99, v2: 1 }, 'reviews v2 has 0 of the 1 ready pods that 1 % of the requests need'],
    [{ v1: 2, v2: 4 }, { v1: 100 }, 'reviews v1 has 2 of the 4 ready pods that 100 % of the requests need'],
  ])('or nothing is written: %j for %j', async (pods, split, words) => {
    const mesh = meshOf(pods);
    const shifting = shift(mesh, split, 4);
    await expect(shifting).rejects.toThrow(words);
    await expect(shifting).rejects.toMatchObject({ type: 'DeadlineExceeded', nonRetryable: true });
    expect(mesh.writes).toEqual([]);
  });

  it('and the pods that are not ready are named', async () => {
    const mesh = meshOf({ v1: 1, v2: 1 });
    addPod(mesh, 'v2', 2, 'False');
    await expect(shift(mesh, { v2: 100 }, 2)).rejects.toThrow('pod default/reviews-v2-2 is not ready');
  });

  it('when they are ready in time', async () => {
    const mesh = meshOf({ v1: 1 });
    setTimeout(() => addPod(mesh, 'v2', 1), 50);
    await expect(shift(mesh, { v1: 90, v2: 10 }, 1, 2_000)).resolves.toBeDefined();
  });

  it('unless nobody knows which pods are the service’s', async () => {
    await expect(shift(meshOf({}), { v2: 100 }, null)).resolves.toBeDefined();
  });
});
