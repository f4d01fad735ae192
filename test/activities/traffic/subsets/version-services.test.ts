import { describe, expect, it } from '@jest/globals';
import { createTrafficActivities } from '../../../../activities/traffic/index.ts';
import { asActivity } from '../../support/activity.ts';
import { connection, made } from '../../support/objects.ts';
import { versionPod, type FakeMesh } from '../fake-mesh.ts';
import { by, http, httpRoute, meshOf, ref, servedAt, sidecarRules } from '../gateway-api/fixtures.ts';

function apply(mesh: FakeMesh, observeTimeout = 2_000) {
  const { applySubsets } = createTrafficActivities(mesh.deps());
  return asActivity(() => applySubsets({ connection, ...by, observeTimeout }));
}

function remove(mesh: FakeMesh, observeTimeout = 300) {
  const { removeSubsets } = createTrafficActivities(mesh.deps());
  const objects = [{ apiVersion: 'v1', kind: 'Service', name: 'reviews-v2', namespace: 'default' }];
  return asActivity(() => removeSubsets({ connection, objects, observeTimeout }));
}

function endpoints(counts: Readonly<Record<string, number>>): unknown[] {
  return Object.entries(counts).map(([service, count]) => ({
    endpoint_config: {
      cluster_name: `outbound|9080||${service}.default.svc.cluster.local`,
      endpoints: [{ lb_endpoints: Array.from({ length: count }, () => ({})) }],
    },
  }));
}

const everything = { reviews: 3, 'reviews-v1': 1, 'reviews-v2': 1, 'reviews-v3': 1 };

describe('the Services of versions', () => {
  it('are made of the whole Service and the labels of a version, and stay this run’s on a second try', async () => {
    const mesh = meshOf(servedAt('reviews', { ...http, targetPort: 'web', nodePort: 30080 }));
    const { created } = await apply(mesh);
    expect(created.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'Service reviews-v1',
      'Service reviews-v2',
      'Service reviews-v3',
    ]);
    expect(mesh.spec('Service/default/reviews-v2')).toEqual({
      selector: { app: 'reviews', version: 'v2' },
      ports: [{ ...http, targetPort: 'web' }],
    });
    expect((await apply(mesh)).created).toEqual(created);
    expect(mesh.writes).toHaveLength(3);
  });

  it('are used as they are where somebody made them', async () => {
    const own = servedAt('reviews-v1', http);
    const mine = { ...own, spec: { ...own.spec, selector: { version: 'v1', app: 'reviews' } } };
    const mesh = meshOf(mine);
    expect((await apply(mesh)).created.map(({ name }) => name)).toEqual(['reviews-v2', 'reviews-v3']);
  });

  it('are there when every caller knows the pods behind them', async () => {
    const mesh = meshOf();
    mesh.proxy('productpage', (asked) => endpoints({ ...everything, 'reviews-v3': Math.min(asked, 1) }));
    mesh.proxy('ratings', () => []);
    await apply(mesh);
    const asked = mesh.log.filter((line) => line.startsWith('exec productpage'));
    expect(asked).toHaveLength(2);
    expect(asked[0]).toContain('include_eds&resource=dynamic_endpoint_configs');
  });

  it('are not awaited where a version has no ready pod', async () => {
    const mesh = meshOf(versionPod('v3', 'False'));
    mesh.proxy('productpage', () => endpoints({ ...everything, 'reviews-v3': 0 }));
    await expect(apply(mesh)).resolves.toBeDefined();
    const lacking = meshOf();
    lacking.proxy('productpage', () => endpoints({ ...everything, 'reviews-v3': 0 }));
    await expect(apply(lacking, 300)).rejects.toThrow('lacks reviews v3 (port 9080)');
  });
});

describe('the removal of the Service of a version', () => {
  it('comes when neither an HTTPRoute nor a proxy leads to it', async () => {
    const mesh = meshOf(made(servedAt('reviews-v2', http)));
    mesh.proxy('productpage', (asked) =>
      sidecarRules({ 'default.reviews.0': asked === 0 ? { v2: 100 } : { '': 100 } }),
    );
    await remove(mesh, 2_000);
    expect(mesh.writes).toEqual(['remove Service/default/reviews-v2']);
  });

  it('is refused while an HTTPRoute names it, or a proxy still leads to it', async () => {
    const named = meshOf(
      servedAt('reviews-v2', http),
      httpRoute('mine', { backendRefs: [ref('reviews-v2')] }),
    );
    await expect(remove(named)).rejects.toThrow('HTTPRoute default/mine leads to reviews-v2');
    const led = meshOf(servedAt('reviews-v2', http));
    led.proxy('productpage', () => sidecarRules({ 'default.reviews.0': { v2: 100 } }));
    await expect(remove(led)).rejects.toThrow(
      'a route of reviews.default.svc.cluster.local:9080 to reviews-v2',
    );
    expect([...named.writes, ...led.writes]).toEqual([]);
  });
});
