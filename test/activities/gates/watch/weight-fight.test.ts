import { describe, expect, it } from '@jest/globals';
import { mostRewrites, rewritesOfFight } from '../../../../domain/defaults.ts';
import type { FakeMesh } from '../../traffic/fake-mesh.ts';
import { passTime, useVirtualTime, virtualNow } from './virtual-time.ts';

useVirtualTime(Date.now());
const { heldMesh, startWatch } = await import('./watching.ts');

const key = 'VirtualService/default/reviews';
const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const git = { http: [{ route: [{ destination: { host: 'reviews', subset: 'v1' }, weight: 100 }] }] };

/** A tool that writes what Git says, `delays` ms after each write of somebody else; the last delay stays. */
async function selfHealed(delays: readonly number[]): Promise<FakeMesh> {
  const mesh = await heldMesh();
  const list = mesh.list.bind(mesh);
  const left = [...delays];
  const nextDelay = () => (left.length > 1 ? left.shift() : left[0]) ?? 0;
  let seen = mesh.objects.get(key)?.metadata.resourceVersion;
  let due = virtualNow() + nextDelay();
  mesh.list = async (...args) => {
    const now = mesh.objects.get(key)?.metadata.resourceVersion;
    if (now !== seen) due = virtualNow() + nextDelay();
    if (virtualNow() >= due) {
      mesh.edit(key, git, 'argocd-controller');
      due = Infinity;
    }
    seen = mesh.objects.get(key)?.metadata.resourceVersion;
    return await list(...args);
  };
  return mesh;
}

const writesOf = (mesh: FakeMesh) => mesh.writes.filter((line) => line.startsWith('apply')).length;

/** A hold of an hour that a tool heals against. */
async function watchFor(delays: readonly number[], told = false) {
  const mesh = await selfHealed(delays);
  const before = writesOf(mesh);
  const began = virtualNow();
  const rewrites = told ? [new Date(began - hour).toISOString()] : [];
  const { watching } = startWatch({ mesh, hold: hour, began, rewrites, told });
  const seen = await passTime(watching);
  return { seen, writes: writesOf(mesh) - before, took: virtualNow() - began };
}

describe('an hour of self-heal against the weights', () => {
  it('ends with a few writes within a minute, and says with whom', async () => {
    const { seen, writes, took } = await watchFor([0, 2, 6, 18, 54, 162, 300].map((delay) => delay * second));
    expect(seen).toMatchObject({ verdict: 'inconclusive', drifted: true, reporting: false });
    expect(seen.reason).toBe(
      "the weights are not the stage's: Argo CD changed VirtualService default/reviews 3 times: give the Application " +
        'ignoreDifferences for /spec/http of the VirtualService and the sync option RespectIgnoreDifferences=true (docs/gitops.md)',
    );
    expect(writes).toBe(rewritesOfFight);
    expect(took).toBeLessThan(minute);
  });

  it('that is slow ends too, with a report after the first minute', async () => {
    const first = await watchFor([5 * minute]);
    expect(first.seen).toMatchObject({ drifted: false, reporting: true, verdict: 'pass' });
    expect(first.seen.drifts).toHaveLength(1);
    expect(first.took).toBeLessThan(7 * minute);

    const { seen, writes, took } = await watchFor([5 * minute], true);
    expect(seen).toMatchObject({ drifted: true, reporting: false });
    expect(writes).toBe(mostRewrites - 1);
    expect(took).toBeLessThan(hour);
  });

  it('is no fight where somebody edits twice', async () => {
    const { seen, writes } = await watchFor([10 * second, 30 * second, 2 * hour], true);
    expect(seen).toMatchObject({ verdict: 'pass', drifted: false, reporting: false });
    expect(writes).toBe(2);
  });
});
