import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/activity';
import type { FakeMesh } from '../../traffic/fake-mesh.ts';
import { heldMesh, outcomeOf, startWatch } from './watching.ts';

const key = 'VirtualService/default/reviews';
const to = (subset: string, weight: number) => ({ destination: { host: 'reviews', subset }, weight });
const foreign = { http: [{ route: [to('v3', 100)] }] };

afterEach(() => {
  jest.restoreAllMocks();
});

function routeOf(mesh: FakeMesh): unknown {
  return (mesh.spec(key).http as { route: unknown }[])[0]?.route;
}

describe('weights that somebody else changes while a stage holds', () => {
  it('are put right and reported, and the stage goes on', async () => {
    const mesh = await heldMesh();
    const { watching, heartbeats } = startWatch({ mesh, hold: 5_000 });
    mesh.edit(key, foreign);
    await expect(watching).resolves.toMatchObject({
      verdict: 'pass',
      drifted: false,
      drifts: [{ host: 'reviews', found: { v3: 100 }, reasserted: true }],
    });
    expect(routeOf(mesh)).toEqual(expect.arrayContaining([to('v1', 50), to('v3', 50)]));
    expect(heartbeats.at(-1)?.drifts).toHaveLength(1);
  });

  it('end the watch where people are to decide, and stay', async () => {
    const mesh = await heldMesh();
    const { watching } = startWatch({ mesh, hold: 60_000, drift: 'pause' });
    mesh.edit(key, foreign);
    const { verdict, reason, drifted, drifts, endedAt } = await watching;
    expect({ verdict, drifted }).toEqual({ verdict: 'inconclusive', drifted: true });
    expect(drifts).toMatchObject([{ reasserted: false }]);
    expect(reason).toMatch(
      /^the weights are not the stage's: kubectl-edit .* changed VirtualService default\/reviews$/,
    );
    expect(Date.parse(endedAt)).toBeLessThanOrEqual(Date.now());
    expect(routeOf(mesh)).toEqual([to('v3', 100)]);
  });

  it('end the watch too where they cannot be put right', async () => {
    const mesh = await heldMesh();
    const { watching } = startWatch({ mesh, hold: 60_000 });
    mesh.objects.delete(key);
    await expect(watching).resolves.toMatchObject({
      verdict: 'inconclusive',
      drifted: true,
      drifts: [{ found: null, reasserted: false }],
    });
  });

  it('end a later attempt at once when the one before had found them', async () => {
    const drift = {
      at: '',
      host: 'reviews',
      object: 'o',
      manager: 'm',
      keeper: null,
      found: null,
      reasserted: false,
    };
    const { watching } = startWatch({
      hold: 60_000,
      drift: 'pause',
      details: {
        evidence: [],
        drifts: [drift],
        drifted: true,
        podFailure: null,
        stage: 'half',
        requests: null,
      },
    });
    await expect(watching).resolves.toMatchObject({ drifted: true, drifts: [drift] });
  });

  it('are looked for again when the cluster could not be read', async () => {
    const mesh = await heldMesh();
    const list = mesh.list.bind(mesh);
    jest
      .spyOn(mesh, 'list')
      .mockRejectedValueOnce(ApplicationFailure.nonRetryable('forbidden'))
      .mockImplementation(list);
    mesh.edit(key, foreign);
    const { watching } = startWatch({ mesh, hold: 9_000 });
    await expect(watching).resolves.toMatchObject({ verdict: 'pass', drifts: [{ reasserted: true }] });
  });

  it('are no more looked for once the watch is cancelled', async () => {
    const mesh = await heldMesh();
    const { watching, environment } = startWatch({ mesh, hold: null });
    const outcome = outcomeOf(watching);
    setTimeout(() => environment.cancel(), 50);
    await expect(outcome).resolves.toBe('returned');
  });
});
