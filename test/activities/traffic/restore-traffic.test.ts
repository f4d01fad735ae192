import { describe, expect, it } from '@jest/globals';
import { createTrafficActivities, type PreviousRouting } from '../../../activities/traffic/index.ts';
import type { Weights } from '../../../domain/rollout.ts';
import { asActivity } from '../support/activity.ts';
import { connection } from '../support/objects.ts';
import { FakeMesh, reviews, route, routeConfig, service, versionPod, virtualService } from './fake-mesh.ts';

const key = 'VirtualService/default/reviews';
const own = 'reviews.default.svc.cluster.local';
const input = { connection, namespace: 'default', services: [reviews], observeTimeout: 300 };

function shift(mesh: FakeMesh, weights: Weights, runId = 'run-1') {
  const { shiftTraffic } = createTrafficActivities(mesh.deps());
  return asActivity(() => shiftTraffic({ ...input, weights }), runId);
}

function restore(mesh: FakeMesh, previous?: PreviousRouting, capacity: Record<string, number> = {}) {
  const { shiftTraffic } = createTrafficActivities(mesh.deps());
  const weights = { reviews: { v1: 100 } };
  const back = { ...input, weights, capacity, restoring: true as const };
  return asActivity(() => shiftTraffic(previous === undefined ? back : { ...back, previous }));
}

const testers = {
  match: [{ headers: { tester: { exact: 'yes' } } }],
  route: [{ destination: { host: 'reviews', subset: 'v3' } }],
};

/** A user's routing: testers on v3, everybody else on v1. */
function usersRouting() {
  const everybody = { route: [{ destination: { host: 'reviews', subset: 'v1' }, weight: 100 }] };
  return virtualService('reviews', { hosts: ['reviews'], http: [testers, everybody] });
}

describe('a shift tells what the routes said before', () => {
  it('for each host that something routed', async () => {
    const { previous } = await shift(new FakeMesh(usersRouting()), { reviews: { v2: 100 } });
    expect(previous).toEqual({
      reviews: [
        {
          virtualService: 'reviews',
          routes: [
            { match: testers.match, destinations: testers.route },
            { match: [], destinations: [{ destination: { host: 'reviews', subset: 'v1' }, weight: 100 }] },
          ],
        },
      ],
    });
    expect((await shift(new FakeMesh(), { reviews: { v2: 100 } })).previous).toEqual({});
  });

  it('and does not take its own weights for it, those of a lost attempt neither', async () => {
    const mesh = new FakeMesh(usersRouting());
    await shift(mesh, { reviews: { v2: 100 } });
    expect((await shift(mesh, { reviews: { v2: 100 } })).previous).toEqual({});
    expect((await shift(mesh, { reviews: { v3: 100 } })).previous).toEqual({});
    expect(Object.keys((await shift(mesh, { reviews: { v1: 100 } }, 'run-2')).previous)).toEqual(['reviews']);
  });
});

describe('traffic that goes back', () => {
  it('leaves the VirtualService as it was', async () => {
    const mesh = new FakeMesh(usersRouting());
    const { previous } = await shift(mesh, { reviews: { v1: 50, v2: 50 } });
    await restore(mesh, previous);
    expect(mesh.spec(key)).toEqual(usersRouting().spec);
    expect(mesh.objects.get(key)?.metadata.annotations).toEqual({});
  });

  it('goes to the stable version where nothing was recorded', async () => {
    const mesh = new FakeMesh(usersRouting());
    await shift(mesh, { reviews: { v2: 100 } });
    await restore(mesh);
    const http = mesh.spec(key).http as { route: unknown[] }[];
    expect(http.map((one) => one.route)).toEqual([
      [{ destination: { host: 'reviews', subset: 'v1' }, weight: 100 }],
      [{ destination: { host: 'reviews', subset: 'v1' }, weight: 100 }],
    ]);
  });

  it('is seen when the proxies have exactly the routes that were there', async () => {
    const mesh = new FakeMesh(usersRouting());
    const { previous } = await shift(mesh, { reviews: { v3: 100 } });
    const shifted = [routeConfig(own, route({ v3: 100 }), route({ v3: 100 }))];
    const back = [routeConfig(own, route({ v3: 100 }), route({ v1: 100 }))];
    mesh.proxy('productpage', () => shifted);
    await expect(restore(mesh, previous)).resolves.toMatchObject({
      unconfirmed: expect.stringContaining('has reviews v3 100, then reviews v3 100'),
    });
    mesh.proxy('productpage', () => back);
    const seen = await restore(mesh, previous);
    expect(seen).toMatchObject({ warnings: [] });
    expect(seen).not.toHaveProperty('unconfirmed');
  });

  it('asks the API for nothing before it lists and writes the routes', async () => {
    const mesh = new FakeMesh(service('reviews'), usersRouting());
    const { previous } = await shift(mesh, { reviews: { v2: 100 } });
    const asked: string[] = [];
    const list = mesh.list.bind(mesh);
    mesh.list = (apiVersion, kind, options) => {
      asked.push(kind);
      return list(apiVersion, kind, options);
    };
    mesh.beforeApply = ({ kind }) => asked.push(`apply ${kind}`);
    // One that never answers must not hold the write up.
    mesh.read = () => new Promise(() => undefined);
    void restore(mesh, previous, { reviews: 1 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(asked.slice(0, 2)).toEqual(['VirtualService', 'apply VirtualService']);
  });

  it('does not wait for pods that lack, and tells which', async () => {
    const mesh = new FakeMesh(service('reviews'), versionPod('v1', 'False'), usersRouting());
    const { warnings } = await restore(mesh, {}, { reviews: 2 });
    expect(warnings).toEqual([
      'reviews v1 has 0 of the 2 ready pods that 100 % of the requests need: pod default/reviews-v1 is not ready (v1 had 2 for all of them)',
    ]);
  });

  it('goes back although nobody can tell about pods', async () => {
    const mesh = new FakeMesh(service('reviews'), usersRouting());
    mesh.read = () => Promise.reject(new Error('no answer'));
    const { warnings } = await restore(mesh, {}, { reviews: 2 });
    expect(warnings).toEqual(['whether there are ready pods for the requests is not known: no answer']);
  });
});
