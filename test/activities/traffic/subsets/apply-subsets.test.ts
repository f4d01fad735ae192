import { describe, expect, it } from '@jest/globals';
import { createTrafficActivities } from '../../../../activities/traffic/index.ts';
import { asActivity } from '../../support/activity.ts';
import { connection } from '../../support/objects.ts';
import { destinationRule, FakeMesh, reviews } from '../fake-mesh.ts';

const key = 'DestinationRule/default/reviews';
const fullName = 'reviews.default.svc.cluster.local';

function apply(mesh: FakeMesh, { runId = 'run-1', observeTimeout = 1_000 } = {}) {
  const { applySubsets } = createTrafficActivities(mesh.deps());
  return asActivity(
    () => applySubsets({ connection, namespace: 'default', services: [reviews], observeTimeout }),
    runId,
  );
}

function subset(name: string, more: object = {}) {
  return { name, labels: { version: name }, ...more };
}

function clusters(...subsets: string[]): unknown[] {
  return subsets.map((name) => ({ cluster: { name: `outbound|9080|${name}|${fullName}` } }));
}

describe('the subsets of a service', () => {
  it('are declared by a new rule where none is there, which stays this run’s on a second try', async () => {
    const mesh = new FakeMesh();
    const { created } = await apply(mesh);
    expect(created).toMatchObject([{ kind: 'DestinationRule', name: 'reviews' }]);
    expect(mesh.spec(key)).toEqual({ host: 'reviews', subsets: [subset('v1'), subset('v2'), subset('v3')] });
    expect((await apply(mesh)).created).toEqual(created);
    expect(mesh.writes).toHaveLength(1);
  });

  const tls = { tls: { mode: 'ISTIO_MUTUAL' }, outlierDetection: { consecutive5xxErrors: 5 } };
  const pool = { connectionPool: { tcp: { maxConnections: 10 } } };
  const of = (name: string, namespace: string, host: string, trafficPolicy: object, more = {}) => {
    const rule = destinationRule(name, { host, trafficPolicy, ...more });
    return { ...rule, metadata: { ...rule.metadata, namespace } };
  };

  it.each([
    ['a wildcard of the namespace', [of('all', 'default', '*.default.svc.cluster.local', tls)], tls],
    ['a wildcard of the root namespace', [of('mesh', 'istio-system', '*.local', tls)], tls],
    [
      'the most specific wildcard',
      [of('all', 'default', '*.local', pool), of('ns', 'default', '*.default.svc.cluster.local', tls)],
      tls,
    ],
    [
      'the namespace before the root',
      [of('all', 'default', '*.local', pool), of('mesh', 'istio-system', fullName, tls)],
      pool,
    ],
    ['the root namespace by the full name', [of('mesh', 'istio-system', fullName, tls)], tls],
    ['none of other namespaces', [of('all', 'shop', '*.local', tls)], undefined],
    [
      'none that others do not see',
      [of('mesh', 'istio-system', '*.local', tls, { exportTo: ['.'] })],
      undefined,
    ],
    ['none of other hosts', [of('all', 'default', '*.example.com', tls)], undefined],
  ])('keep the policy that decided until then: %s', async (_, rules, trafficPolicy) => {
    const mesh = new FakeMesh(...rules);
    await apply(mesh);
    expect(mesh.spec(key).trafficPolicy).toEqual(trafficPolicy);
  });

  it('are added to the rule that is there, whatever its name, and nothing is taken from it', async () => {
    const trafficPolicy = { loadBalancer: { simple: 'LEAST_REQUEST' } };
    const mine = subset('v1', { trafficPolicy });
    const mesh = new FakeMesh(
      destinationRule('my-rule', { host: fullName, trafficPolicy, subsets: [mine, subset('next')] }),
    );
    expect((await apply(mesh)).created).toEqual([]);
    expect(mesh.spec('DestinationRule/default/my-rule')).toEqual({
      host: fullName,
      trafficPolicy,
      subsets: [mine, subset('next'), subset('v2'), subset('v3')],
    });
  });

  it('are not declared twice when two rules share them', async () => {
    const mesh = new FakeMesh(
      destinationRule('a', { host: 'reviews', subsets: [subset('v1')] }),
      destinationRule('b', { host: 'reviews', subsets: [subset('v2')] }),
    );
    await apply(mesh);
    expect(mesh.spec('DestinationRule/default/a').subsets).toEqual([subset('v1'), subset('v3')]);
    expect(mesh.spec('DestinationRule/default/b').subsets).toEqual([subset('v2')]);
  });

  it('are not put into a rule for some callers alone', async () => {
    const mesh = new FakeMesh(
      destinationRule('some', { host: 'reviews', workloadSelector: { matchLabels: {} } }),
    );
    expect((await apply(mesh)).created).toMatchObject([{ name: 'reviews' }]);
  });

  it('are refused when one of the same name means other pods', async () => {
    const mesh = new FakeMesh(
      destinationRule('reviews', { host: 'reviews', subsets: [{ name: 'v2', labels: { track: 'x' } }] }),
    );
    const applying = apply(mesh);
    await expect(applying).rejects.toThrow("has subset 'v2' with labels");
    await expect(applying).rejects.toMatchObject({ type: 'InvalidTarget', nonRetryable: true });
    expect(mesh.writes).toEqual([]);
  });

  it('are added to what somebody else wrote in between', async () => {
    const mesh = new FakeMesh(destinationRule('reviews', { host: 'reviews', subsets: [subset('v1')] }));
    let meddled = false;
    mesh.beforeApply = () => {
      if (meddled) return;
      meddled = true;
      mesh.put(destinationRule('reviews', { host: 'reviews', subsets: [subset('v1'), subset('theirs')] }));
    };
    await apply(mesh);
    expect(mesh.spec(key).subsets).toEqual([subset('v1'), subset('theirs'), subset('v2'), subset('v3')]);
  });

  it('are there when every proxy that knows the service can send to them', async () => {
    const mesh = new FakeMesh();
    let seen = false;
    mesh.proxy('productpage', (asked) => {
      seen = asked >= 2;
      return seen ? clusters('', 'v1', 'v2', 'v3') : clusters('', 'v1');
    });
    mesh.proxy('elsewhere', () => []);
    await apply(mesh);
    expect(seen).toBe(true);
  });

  it('are missed by name in a proxy that does not get them', async () => {
    const mesh = new FakeMesh();
    mesh.proxy('productpage', () => clusters('', 'v1', 'v2'));
    await expect(apply(mesh, { observeTimeout: 200 })).rejects.toThrow(
      'default/productpage-abc: lacks reviews v3 (port 9080)',
    );
  });
});
