import { describe, expect, it } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/activity';
import type { KubeObject } from '../../../activities/kubernetes/index.ts';
import { createTrafficActivities } from '../../../activities/traffic/index.ts';
import { connection } from '../support/objects.ts';
import type { Weights } from '../../../domain/rollout.ts';
import { asActivity } from '../support/activity.ts';
import { conflict, FakeMesh, followed, reviews, sidecarRoutes, virtualService } from './fake-mesh.ts';

const split = { v1: 90, v2: 10 };
const weights: Weights = { reviews: split };
const key = 'VirtualService/default/reviews';

function shift(mesh: FakeMesh, { runId = 'run-1', observeTimeout = 2_000, to = weights } = {}) {
  const { shiftTraffic } = createTrafficActivities(mesh.deps());
  const services = [reviews, { ...reviews, host: 'ratings' }];
  const input = { connection, namespace: 'default', services, observeTimeout };
  return asActivity(() => shiftTraffic({ ...input, weights: to }), runId);
}

const destination = (subset: string) => ({ host: 'reviews', subset });

/** A user's own routing: a match for testers, a timeout, a mirror. */
function usersRouting() {
  return virtualService('my-routes', {
    hosts: ['reviews.default.svc.cluster.local'],
    exportTo: ['*'],
    http: [
      { match: [{ headers: { tester: { exact: 'yes' } } }], route: [{ destination: destination('v1') }] },
      { timeout: '3s', mirror: destination('v3'), route: [{ destination: destination('v1'), weight: 100 }] },
    ],
  });
}

describe('a shift of a service that nothing routes yet', () => {
  it('makes a VirtualService and says so, as often as it is asked', async () => {
    const mesh = followed();
    const created = [
      { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', name: 'reviews', namespace: 'default' },
    ];
    expect((await shift(mesh)).created).toEqual(created);
    expect((await shift(mesh)).created).toEqual(created);
    expect(mesh.writes).toEqual([`apply ${key}`]);
    expect(mesh.spec(key)).toMatchObject({ hosts: ['reviews'] });
  });

  it('lists nothing that an earlier run made', async () => {
    const mesh = followed();
    await shift(mesh, { runId: 'run-0' });
    expect((await shift(mesh, { runId: 'run-1' })).created).toEqual([]);
  });

  it('keeps the mark and the hosts among its fields when it shifts again', async () => {
    const mesh = followed();
    await shift(mesh);
    const bodies: object[] = [];
    mesh.beforeApply = (object) => bodies.push(object);
    await shift(mesh, { to: { reviews: { v1: 100 } } });
    expect(bodies).toMatchObject([
      {
        metadata: { annotations: { 'sluice.dev/created-by': 'rollout/lab/default/reviews@run-1' } },
        spec: { hosts: ['reviews'], http: [{ route: [{ weight: 100 }] }] },
      },
    ]);
  });

  it('keeps all else of an object that Sluice made: its gateways, or it would be one of the mesh', async () => {
    const bound = virtualService('bookinfo', {
      hosts: ['*'],
      gateways: ['bookinfo-gateway'],
      exportTo: ['*'],
      http: [{ route: [{ destination: { host: 'reviews' } }] }],
    });
    const annotations = { 'sluice.dev/created-by': 'rollout/lab/default/reviews@run-0' };
    const mesh = followed({ ...bound, metadata: { ...bound.metadata, annotations } });
    const bodies: KubeObject[] = [];
    mesh.beforeApply = (object) => bodies.push(object);
    await shift(mesh);
    expect(bodies.find(({ metadata }) => metadata.name === 'bookinfo')).toMatchObject({
      spec: { hosts: ['*'], gateways: ['bookinfo-gateway'], exportTo: ['*'] },
    });
  });

  it('takes another name where an object for something else has its own', async () => {
    const gateway = virtualService('reviews', { hosts: ['shop.example.com'], gateways: ['shop'], http: [] });
    const mesh = followed(gateway);
    expect((await shift(mesh)).created).toMatchObject([{ name: 'sluice-reviews' }]);
    expect(mesh.spec(key)).toEqual(gateway.spec);
  });
});

describe('a shift of a service that a user routes', () => {
  it('changes weights and nothing else, and does not claim to have made it', async () => {
    const mesh = followed(usersRouting());
    expect((await shift(mesh)).created).toEqual([]);
    expect(mesh.writes).toEqual(['apply VirtualService/default/my-routes']);
    expect(mesh.spec('VirtualService/default/my-routes')).toMatchObject({
      exportTo: ['*'],
      http: [
        { match: [{ headers: { tester: { exact: 'yes' } } }], route: [{ destination: destination('v1') }] },
        { timeout: '3s', mirror: { subset: 'v3' }, route: [{ weight: 90 }, { weight: 10 }] },
      ],
    });
  });

  it('applies the routes alone, so that it owns nothing else', async () => {
    const mesh = followed(usersRouting());
    const before = mesh.objects.get('VirtualService/default/my-routes')?.metadata.resourceVersion;
    const bodies: object[] = [];
    mesh.beforeApply = (object) => bodies.push(object);
    await shift(mesh);
    expect(bodies).toMatchObject([{ metadata: { name: 'my-routes', resourceVersion: before } }]);
    expect(Object.keys((bodies[0] as { spec: object }).spec)).toEqual(['http']);
  });

  it('writes nothing when the weights are right', async () => {
    const mesh = followed(usersRouting());
    await shift(mesh);
    await shift(mesh);
    expect(mesh.writes).toHaveLength(1);
  });

  it('starts from what somebody else wrote in between', async () => {
    const mesh = followed(usersRouting());
    let meddled = false;
    mesh.beforeApply = ({ metadata }) => {
      if (meddled) return;
      meddled = true;
      const { spec } = usersRouting();
      mesh.put({ ...virtualService(metadata.name, { ...spec, exportTo: ['.'] }) });
    };
    await shift(mesh);
    expect(mesh.spec('VirtualService/default/my-routes')).toMatchObject({
      exportTo: ['.'],
      http: [{}, { route: [{ weight: 90 }, { weight: 10 }] }],
    });
  });

  it('gives up on a writer that never rests', async () => {
    const mesh = followed(usersRouting());
    mesh.beforeApply = () => {
      throw conflict();
    };
    await expect(shift(mesh)).rejects.toThrow('changed');
  });

  it('refuses routing that weights cannot say, and names it', async () => {
    const redirect = virtualService('reviews', { hosts: ['reviews'], http: [{ redirect: { uri: '/' } }] });
    const shifting = shift(followed(redirect));
    await expect(shifting).rejects.toThrow('VirtualService default/reviews has no http route to reviews');
    await expect(shifting).rejects.toMatchObject({ type: 'InvalidTarget', nonRetryable: true });
  });

  it('writes one object once for all of its hosts', async () => {
    const to = (host: string) => ({ route: [{ destination: { host, subset: 'v1' } }] });
    const mesh = followed(
      virtualService('both', { hosts: ['reviews', 'ratings'], http: [to('reviews'), to('ratings')] }),
    );
    await shift(mesh, { to: { reviews: { v2: 100 }, ratings: { v3: 100 } } });
    expect(mesh.writes).toEqual(['apply VirtualService/default/both']);
    const http = mesh.spec('VirtualService/default/both').http as { route: { destination: object }[] }[];
    expect(http.map(({ route }) => route[0]?.destination)).toEqual([
      { host: 'reviews', subset: 'v2' },
      { host: 'ratings', subset: 'v3' },
    ]);
  });

  it('leaves routing at a gateway alone that leads elsewhere', async () => {
    const mesh = followed(virtualService('shop', { hosts: ['reviews'], gateways: ['shop'], http: [] }));
    await shift(mesh);
    expect(mesh.writes).toEqual([`apply ${key}`]);
  });

  it('does not write an object whose routes all stay as they are, and tells which', async () => {
    const { http } = usersRouting().spec as { http: object[] };
    const mesh = followed(virtualService('testers', { hosts: ['beta'], http: http.slice(0, 1) }));
    const { warnings } = await shift(mesh);
    expect(mesh.writes).toEqual([`apply ${key}`]);
    expect(warnings).toEqual([
      'VirtualService default/testers: http route 1 (v1) stays as it is, and leads to reviews past the weights',
    ]);
  });
});

describe('a shift is observed', () => {
  const old = sidecarRoutes({ v1: 100 });
  const current = sidecarRoutes(split);

  it('when the last of the proxies has the weights, which are the only ones asked again', async () => {
    const mesh = new FakeMesh();
    let seen = '';
    mesh.proxy('productpage', () => current);
    mesh.proxy('ingress', (asked) => {
      if (asked >= 3) seen = new Date().toISOString();
      return asked < 3 ? old : current;
    });
    const { observedAt } = await shift(mesh);
    expect(observedAt >= seen && seen !== '').toBe(true);
    expect(mesh.log.filter((line) => line.startsWith('exec ingress-abc'))).toHaveLength(4);
    expect(mesh.log.filter((line) => line.startsWith('exec productpage-abc'))).toHaveLength(1);
    expect(mesh.log).toContain(
      'exec ingress-abc pilot-agent request GET config_dump?resource=dynamic_route_configs',
    );
  });

  it('not before the deadline when a proxy keeps old weights, and that one is named with what it has', async () => {
    const mesh = new FakeMesh();
    mesh.proxy('productpage', () => old);
    mesh.proxy('details', () => current);
    const shifting = shift(mesh, { observeTimeout: 300 });
    await expect(shifting).rejects.toThrow(
      'after 300ms, 1 of 2 proxies do not have reviews v1 90, v2 10 yet: default/productpage-abc: has reviews v1 100',
    );
    await expect(shifting).rejects.toMatchObject({ type: 'DeadlineExceeded', nonRetryable: true });
  });

  it('not by a proxy that does not answer', async () => {
    const mesh = new FakeMesh();
    mesh.proxy('productpage', () => ApplicationFailure.retryable('cannot run pilot-agent: no end'));
    await expect(shift(mesh, { observeTimeout: 200 })).rejects.toThrow(
      'productpage-abc: cannot run pilot-agent',
    );
  });

  it('not by a proxy that answers nonsense', async () => {
    const mesh = new FakeMesh();
    mesh.proxy('productpage', () => 'upstream connect error');
    await expect(shift(mesh, { observeTimeout: 200 })).rejects.toThrow('no configuration of Envoy');
  });

  it('without a proxy that went away meanwhile', async () => {
    const mesh = followed();
    mesh.proxy('productpage', () => {
      mesh.objects.delete('Pod/default/productpage-abc');
      return ApplicationFailure.retryable('cannot run pilot-agent: pod not found');
    });
    await expect(shift(mesh)).resolves.toMatchObject({});
  });

  it('not by a proxy that was never given routes, but by one other', async () => {
    const mesh = new FakeMesh();
    mesh.proxy('egress', () => 'dynamic_route_configs not found in config dump');
    const shifting = shift(mesh, { observeTimeout: 300 });
    await expect(shifting).rejects.toThrow(
      'after 300ms, no proxy has confirmed reviews v1 90, v2 10: 1 proxies run, and none can send to the service',
    );
    await expect(shifting).rejects.toMatchObject({ type: 'DeadlineExceeded', nonRetryable: true });
    await expect(shift(mesh.follower('caller'))).resolves.toMatchObject({});
  });

  it('through a native sidecar too', async () => {
    const mesh = new FakeMesh();
    const running = { name: 'istio-proxy', ready: true, restartCount: 0, state: { running: {} } };
    mesh.proxy('productpage', () => old, {
      spec: {
        containers: [{ name: 'app' }],
        initContainers: [{ name: 'istio-proxy', restartPolicy: 'Always' }],
      },
      status: { phase: 'Running', initContainerStatuses: [running] },
    });
    await expect(shift(mesh, { observeTimeout: 200 })).rejects.toThrow('productpage-abc: has reviews v1 100');
  });

  it('and refused where the proxies may not be asked', async () => {
    const mesh = new FakeMesh();
    mesh.proxy('productpage', () => ApplicationFailure.nonRetryable('cannot run: forbidden', 'AccessDenied'));
    await expect(shift(mesh)).rejects.toMatchObject({ type: 'AccessDenied' });
  });
});
