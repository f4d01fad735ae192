import { describe, expect, it } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/activity';
import { createTrafficActivities, type PreviousRouting } from '../../../activities/traffic/index.ts';
import type { Weights } from '../../../domain/rollout.ts';
import { asActivity } from '../support/activity.ts';
import { connection } from '../support/objects.ts';
import {
  followed,
  reviews,
  route,
  routeConfig,
  service,
  versionPod,
  virtualService,
  type FakeMesh,
} from './fake-mesh.ts';

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

const kept =
  'VirtualService default/reviews: http route 1 (v3) stays as it is, and leads to reviews past the weights';

/** A user's routing: testers on v3, everybody else on v1. */
function usersRouting() {
  const everybody = { route: [{ destination: { host: 'reviews', subset: 'v1' }, weight: 100 }] };
  return virtualService('reviews', { hosts: ['reviews'], http: [testers, everybody] });
}

describe('a shift tells what the routes said before', () => {
  it('for each host that something routed', async () => {
    const { previous } = await shift(followed(usersRouting()), { reviews: { v2: 100 } });
    expect(previous).toEqual({
      reviews: [
        {
          virtualService: 'reviews',
          namespace: 'default',
          routes: [
            { match: [], destinations: [{ destination: { host: 'reviews', subset: 'v1' }, weight: 100 }] },
          ],
        },
      ],
    });
    expect((await shift(followed(), { reviews: { v2: 100 } })).previous).toEqual({});
  });

  it('and does not take its own weights for it, those of a lost attempt neither', async () => {
    const mesh = followed(usersRouting());
    await shift(mesh, { reviews: { v2: 100 } });
    expect((await shift(mesh, { reviews: { v2: 100 } })).previous).toEqual({});
    expect((await shift(mesh, { reviews: { v3: 100 } })).previous).toEqual({});
    expect(Object.keys((await shift(mesh, { reviews: { v1: 100 } }, 'run-2')).previous)).toEqual(['reviews']);
  });
});

describe('traffic that goes back', () => {
  it('leaves the VirtualService as it was', async () => {
    const mesh = followed(usersRouting());
    const { previous } = await shift(mesh, { reviews: { v1: 50, v2: 50 } });
    await restore(mesh, previous);
    expect(mesh.spec(key)).toEqual(usersRouting().spec);
    expect(mesh.objects.get(key)?.metadata.annotations).toEqual({});
  });

  it('goes to the stable version where nothing was recorded', async () => {
    const mesh = followed(usersRouting());
    await shift(mesh, { reviews: { v2: 100 } });
    await restore(mesh);
    const http = mesh.spec(key).http as { route: unknown[] }[];
    expect(http.map((one) => one.route)).toEqual([
      testers.route,
      [{ destination: { host: 'reviews', subset: 'v1' }, weight: 100 }],
    ]);
  });

  it('is seen when the proxies have exactly the routes that were there', async () => {
    const mesh = followed(usersRouting());
    const { previous } = await shift(mesh, { reviews: { v3: 100 } });
    const shifted = [routeConfig(own, route({ v3: 100 }), route({ v3: 100 }))];
    const back = [routeConfig(own, route({ v3: 100 }), route({ v1: 100 }))];
    mesh.proxy('productpage', () => shifted);
    await expect(restore(mesh, previous)).rejects.toThrow(
      'traffic was put back, but not seen in every proxy: ',
    );
    await expect(restore(mesh, previous)).rejects.toThrow('has reviews v3 100, then reviews v3 100');
    mesh.proxy('productpage', () => back);
    await expect(restore(mesh, previous)).resolves.toMatchObject({ warnings: [kept] });
  });

  it('asks the API for nothing before it lists and writes the routes', async () => {
    const mesh = followed(service('reviews'), usersRouting());
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
    const mesh = followed(service('reviews'), versionPod('v1', 'False'), usersRouting());
    const { warnings } = await restore(mesh, {}, { reviews: 2 });
    expect(warnings).toEqual([
      'reviews v1 has 0 of the 2 ready pods that 100 % of the requests need: pod default/reviews-v1 is not ready (v1 had 2 for all of them)',
      kept,
    ]);
  });

  it('goes back although nobody can tell about pods', async () => {
    const mesh = followed(service('reviews'), usersRouting());
    mesh.read = () => Promise.reject(new Error('no answer'));
    const { warnings } = await restore(mesh, {}, { reviews: 2 });
    expect(warnings).toEqual(['whether there are ready pods for the requests is not known: no answer', kept]);
  });
});

describe('traffic that goes back by several routes', () => {
  const everybody = (subset: string) => ({ route: [{ destination: { host: 'reviews', subset } }] });
  const atGateway = (name: string, ...http: object[]) =>
    virtualService(name, { hosts: [`${name}.example.com`], gateways: ['shop'], http });

  it('goes back by all but the one that cannot take it, which is named', async () => {
    const mesh = followed(...['a', 'b', 'c'].map((name) => atGateway(name, everybody('v1'))));
    const { previous } = await shift(mesh, { reviews: { v2: 100 } });
    mesh.beforeApply = ({ metadata: { name } }) => {
      if (name === 'b')
        throw ApplicationFailure.nonRetryable(
          'cannot apply: admission webhook denied the request',
          'Rejected',
        );
    };
    const restoring = restore(mesh, previous);
    await expect(restoring).rejects.toMatchObject({ type: 'InvalidTarget', nonRetryable: true });
    await expect(restoring).rejects.toThrow(
      'traffic was put back, but not by all routes: VirtualService default/b (cannot apply: admission webhook denied the request)',
    );
    const subsets = ['a', 'b', 'c'].map((name) => {
      const [first] = mesh.spec(`VirtualService/default/${name}`).http as ReturnType<typeof everybody>[];
      return first?.route[0]?.destination.subset;
    });
    expect(subsets).toEqual(['v1', 'v2', 'v1']);
  });

  it('goes back by all others where one has a tcp route meanwhile', async () => {
    const mesh = followed(atGateway('a', everybody('v1')), atGateway('b', everybody('v1')));
    const { previous } = await shift(mesh, { reviews: { v2: 100 } });
    mesh.edit('VirtualService/default/a', { tcp: [everybody('v2')] });
    await expect(restore(mesh, previous)).rejects.toThrow(
      'not by all routes: VirtualService default/a (VirtualService default/a has a tcp route to reviews',
    );
    expect(mesh.spec('VirtualService/default/b').http).toMatchObject([
      { route: [{ destination: { subset: 'v1' } }] },
    ]);
  });

  it('is tried again, all others done, where the API does not answer', async () => {
    const mesh = followed(atGateway('a', everybody('v1')), atGateway('b', everybody('v1')));
    const { previous } = await shift(mesh, { reviews: { v2: 100 } });
    mesh.beforeApply = ({ metadata: { name } }) => {
      if (name === 'a') throw ApplicationFailure.retryable('no answer', 'KubernetesApiError');
    };
    await expect(restore(mesh, previous)).rejects.toMatchObject({ nonRetryable: false });
    expect(mesh.spec('VirtualService/default/b').http).toMatchObject([
      { route: [{ destination: { subset: 'v1' } }] },
    ]);
  });

  it('starts from what somebody else wrote in between', async () => {
    const mesh = followed(atGateway('a', everybody('v1')));
    const { previous } = await shift(mesh, { reviews: { v2: 100 } });
    let meddled = false;
    mesh.beforeApply = () => {
      if (meddled) return;
      meddled = true;
      mesh.edit('VirtualService/default/a', { exportTo: ['.'] });
    };
    await restore(mesh, previous);
    expect(mesh.spec('VirtualService/default/a')).toMatchObject({
      exportTo: ['.'],
      http: [{ route: [{ destination: { subset: 'v1' } }] }],
    });
  });

  it('is made inside the mesh where the VirtualService was deleted during the hold', async () => {
    const mesh = followed(usersRouting());
    const { previous } = await shift(mesh, { reviews: { v2: 100 } });
    mesh.objects.delete(key);
    const { created } = await restore(mesh, previous);
    expect(created).toMatchObject([{ kind: 'VirtualService', name: 'reviews' }]);
    expect(mesh.spec(key).http).toMatchObject([{ route: [{ destination: { subset: 'v1' }, weight: 100 }] }]);
  });

  it('says that it was put back where a proxy is not seen to follow', async () => {
    const mesh = followed(usersRouting());
    const { previous } = await shift(mesh, { reviews: { v2: 100 } });
    mesh.proxy('stuck', () => [routeConfig(own, route({ v2: 100 }), route({ v2: 100 }))]);
    const restoring = restore(mesh, previous);
    await expect(restoring).rejects.toMatchObject({ type: 'DeadlineExceeded' });
    await expect(restoring).rejects.toThrow(
      'traffic was put back, but not seen in every proxy: after 300ms, 1 of 2 proxies',
    );
  });

  it('tells where no proxy leads to the service at all', async () => {
    const mesh = followed(usersRouting());
    const { previous } = await shift(mesh, { reviews: { v2: 100 } });
    mesh.proxy('caller', () => []);
    const { warnings } = await restore(mesh, previous);
    expect(warnings[0]).toBe(
      'no proxy has a route to reviews: that its traffic went back was not seen anywhere',
    );
  });

  it('leaves a route for testers that was added during the hold, and tells of it', async () => {
    const mesh = followed(virtualService('reviews', { hosts: ['reviews'], http: [everybody('v1')] }));
    const { previous } = await shift(mesh, { reviews: { v2: 100 } });
    const [now] = mesh.spec(key).http as object[];
    mesh.edit(key, { http: [testers, now] });
    const { warnings } = await restore(mesh, previous);
    expect(warnings).toContain(kept);
    expect(mesh.spec(key).http).toMatchObject([testers, { route: [{ destination: { subset: 'v1' } }] }]);
  });
});
