import { describe, expect, it } from '@jest/globals';
import { createTrafficActivities } from '../../../../activities/traffic/index.ts';
import { asActivity } from '../../support/activity.ts';
import { connection } from '../../support/objects.ts';
import { reviews as whole, type FakeMesh } from '../fake-mesh.ts';
import { http, meshOf, servedAt } from '../gateway-api/fixtures.ts';

const reviews = {
  ...whole,
  subsets: whole.subsets.map((subset) =>
    subset.name === 'v2' ? { ...subset, preview: 'reviews-preview' } : subset,
  ),
};

const input = { connection, namespace: 'default', services: [reviews] };

function apply(mesh: FakeMesh) {
  const { applyPreviews } = createTrafficActivities(mesh.deps());
  return asActivity(() => applyPreviews({ ...input, observeTimeout: 2_000 }));
}

describe('a preview', () => {
  it('is a Service of the version alone, made once, for the versions that have one', async () => {
    const mesh = meshOf();
    const { created } = await apply(mesh);
    expect(created).toMatchObject([{ kind: 'Service', name: 'reviews-preview', namespace: 'default' }]);
    expect(mesh.spec('Service/default/reviews-preview')).toEqual({
      selector: { app: 'reviews', version: 'v2' },
      ports: [http],
    });
    expect((await apply(mesh)).created).toEqual(created);
    expect(mesh.writes).toHaveLength(1);
  });

  it('of somebody else is refused before anything is changed', async () => {
    const mesh = meshOf(servedAt('reviews-preview', http)).follower('caller');
    const { claimTargets } = createTrafficActivities(mesh.deps());
    const claim = { ...input, workflowId: 'rollout/lab/default/reviews', runId: 'run-1' };
    await expect(asActivity(() => claimTargets(claim))).rejects.toThrow(
      /Service default\/reviews-preview has app=reviews-preview, the version's pods have app=reviews,version=v2/,
    );
    expect(mesh.writes).toEqual([]);
  });
});
