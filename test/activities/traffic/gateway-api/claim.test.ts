import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../../../activities/kubernetes/index.ts';
import { createTrafficActivities } from '../../../../activities/traffic/index.ts';
import { messageOf } from '../../../../domain/message-of.ts';
import { asActivity } from '../../support/activity.ts';
import { connection } from '../../support/objects.ts';
import { reviews as ofIstio, virtualService, type FakeMesh } from '../fake-mesh.ts';
import { by, definition, http, httpRoute, meshOf, ref, servedAt } from './fixtures.ts';

const holder = { workflowId: 'rollout/lab/default/reviews', runId: 'run-1' };

function claim(mesh: FakeMesh, routed: object = by) {
  mesh.proxy('productpage', () => []);
  const { claimTargets } = createTrafficActivities(mesh.deps());
  return asActivity(() => claimTargets({ connection, ...by, ...routed, ...holder }));
}

async function refusal(mesh: FakeMesh, routed: object = by): Promise<string> {
  const claiming = claim(mesh, routed);
  await expect(claiming).rejects.toMatchObject({ type: 'InvalidTarget', nonRetryable: true });
  expect(mesh.writes).toEqual([]);
  return claiming.then(() => '', messageOf);
}

const rule = { backendRefs: [ref('reviews')] };

function elsewhere(object: KubeObject, namespace: string): KubeObject {
  const { spec } = object as KubeObject & { spec: { parentRefs: object[] } };
  const parentRefs = spec.parentRefs.map((parent) => ({ ...parent, namespace: 'default' }));
  return {
    ...object,
    metadata: { ...object.metadata, namespace },
    spec: { ...spec, parentRefs },
  } as KubeObject;
}

describe('a claim of services by the Gateway API', () => {
  it('records what HTTPRoutes say', async () => {
    const { previous } = await claim(meshOf(httpRoute('mine', rule)));
    expect(previous).toEqual({ reviews: [{ httpRoute: 'mine', rules: [{ matches: [], ...rule }] }] });
  });

  it('refuses a cluster without its types, and one whose types are too old, and says what helps', async () => {
    const without = meshOf();
    without.objects.delete('CustomResourceDefinition/httproutes.gateway.networking.k8s.io');
    expect(await refusal(without)).toMatch(
      /^the cluster has no Gateway API: .*standard channel, release 1.1 or later \(kubectl apply/,
    );
    expect(await refusal(meshOf(definition('v1.0.0')))).toContain('the Gateway API of the cluster is v1.0.0');
  });

  it.each<[string, KubeObject[], string]>([
    [
      'a VirtualService for the host',
      [virtualService('reviews', { hosts: ['reviews'], http: [] })],
      'VirtualService default/reviews routes reviews, which is to be steered by HTTPRoutes',
    ],
    [
      'a GRPCRoute for the host',
      [{ ...httpRoute('grpc', rule), kind: 'GRPCRoute' }],
      'GRPCRoute default/grpc routes reviews',
    ],
    [
      'an HTTPRoute of another namespace',
      [elsewhere(httpRoute('theirs', rule), 'other')],
      'HTTPRoute other/theirs routes reviews of namespace default',
    ],
    [
      'a rule that mixes services',
      [httpRoute('mine', { backendRefs: [ref('reviews'), ref('legacy')] })],
      'HTTPRoute default/mine: rule 1 splits requests between reviews and Service legacy',
    ],
    [
      'a Service of a version that has other pods',
      [servedAt('reviews-v2', http)],
      'Service default/reviews-v2 has app=reviews-v2, the version',
    ],
    ['a service without HTTP', [servedAt('reviews', { name: 'tcp', port: 1 })], 'has no port for HTTP'],
  ])('refuses %s', async (_, objects, words) => {
    expect(await refusal(meshOf(...objects))).toContain(words);
  });

  it('leaves be a Service of a version that has just its pods, by whatever labels', async () => {
    const own = servedAt('reviews-v2', http);
    const mine = { ...own, spec: { ...own.spec, selector: { version: 'v2' } } };
    const routed = httpRoute('mine', { backendRefs: [ref('reviews-v1')] });
    await expect(claim(meshOf(mine, routed))).resolves.toMatchObject({ warnings: [] });
    const deaf = { ...mine, spec: { ...mine.spec, ports: [{ name: 'http', port: 80 }] } };
    expect(await refusal(meshOf(deaf))).toContain('Service default/reviews-v2 has no port 9080');
  });
});

it("a claim by Istio's API refuses a service that an HTTPRoute routes", async () => {
  const istio = { routing: 'istio', services: [ofIstio] };
  expect(await refusal(meshOf(httpRoute('mine', rule)), istio)).toContain(
    'HTTPRoute default/mine routes reviews, which is to be steered by VirtualServices, and no weight reaches it',
  );
});
