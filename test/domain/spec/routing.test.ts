import { describe, expect, it } from '@jest/globals';
import { resolveDocument } from '../../../domain/spec/resolve.ts';
import { unsupportedGatewayApi } from '../../../domain/routing.ts';
import { rollout } from './documents.ts';

function resolve(more: object) {
  const document = rollout();
  return resolveDocument({ ...document, spec: { ...document.spec, ...more } });
}

function issuesOf(more: object): string[] {
  const resolved = resolve(more);
  return 'issues' in resolved ? resolved.issues.map(({ path, message }) => `${path}: ${message}`) : [];
}

const gatewayApi = { routing: { api: 'gateway-api' } };
const v1 = { name: 'v1', labels: { version: 'v1' } };
const services = (...subsets: object[]) => ({ services: [{ host: 'reviews', subsets }] });

describe('routing', () => {
  it("is Istio's own by default, and versions are subsets of one Service", () => {
    const resolved = resolve({});
    expect('document' in resolved && resolved.document.spec).toMatchObject({ routing: 'istio' });
    expect('document' in resolved && resolved.document.spec.services[0]?.subsets[0]).toEqual(v1);
  });

  it('by the Gateway API gives every version a Service, by its name or as the spec says', () => {
    const v3 = { name: 'v3', labels: { version: 'v3' }, service: 'reviews-next' };
    const resolved = resolve({ ...gatewayApi, ...services(v1, v3) });
    expect('document' in resolved && resolved.document.spec).toMatchObject({
      routing: 'gateway-api',
      services: [
        {
          subsets: [
            { name: 'v1', service: 'reviews-v1' },
            { name: 'v3', service: 'reviews-next' },
          ],
        },
      ],
    });
  });

  it('is one of the APIs', () => {
    expect(issuesOf({ routing: { api: 'smi' } })).toEqual([
      expect.stringMatching(/^spec.routing.api: .*one of istio, gateway-api/),
    ]);
  });

  it('names routes to leave alone, in the namespace of the spec where it names none', () => {
    const ignore = [
      { kind: 'VirtualService', name: 'legacy' },
      { kind: 'HTTPRoute', name: 'shop', namespace: 'edge' },
      { kind: 'Service', name: 'reviews', port: 7000 },
    ];
    const resolved = resolve({ namespace: 'shop', routing: { ignore } });
    expect('document' in resolved && resolved.document.spec.ignore).toEqual([
      { kind: 'VirtualService', name: 'legacy', namespace: 'shop' },
      { kind: 'HTTPRoute', name: 'shop', namespace: 'edge' },
      { kind: 'Service', name: 'reviews', namespace: 'shop', port: 7000 },
    ]);
  });

  it.each<[object, string]>([
    [{ kind: 'Gateway', name: 'x' }, 'spec.routing.ignore[0].kind: "Gateway" is not one of VirtualService'],
    [{ kind: 'Service', name: 'x' }, 'spec.routing.ignore[0].port: a Service is not left alone as a whole'],
    [{ kind: 'Ingress', name: 'x', port: 80 }, 'spec.routing.ignore[0].port: port is for a Service'],
    [{ name: 'x' }, 'spec.routing.ignore[0].kind'],
  ])('refuses to leave %j alone', (entry, words) => {
    expect(issuesOf({ routing: { ignore: [entry] } })).toEqual([expect.stringContaining(words)]);
  });

  it.each([
    [{ profile: 'ambient' }, 'spec.mesh.profile'],
    [{ profile: 'openshift-ambient' }, 'spec.mesh.profile'],
    [
      {
        operator: {
          apiVersion: 'install.istio.io/v1alpha1',
          kind: 'IstioOperator',
          spec: { profile: 'ambient' },
        },
      },
      'spec.mesh.operator.spec.profile',
    ],
  ])('needs a mesh with sidecars: not %j', (mesh, path) => {
    expect(issuesOf({ mesh })).toEqual([
      expect.stringMatching(new RegExp(`${path}: profile ".*ambient" has no sidecars`)),
    ]);
  });

  it('by VirtualServices has no use for Services of versions', () => {
    const [issue, ...others] = issuesOf(
      services({ ...v1, service: 'reviews-v1' }, { name: 'v3', labels: { version: 'v3' } }),
    );
    expect(issue).toContain('spec.services[0].subsets[0].service: service means nothing to VirtualServices');
    expect(others).toEqual([]);
  });

  it.each([
    ['reviews', '"reviews" is the Service of all versions'],
    ['reviews-v1', '"reviews-v1" is the Service of another version'],
    ['3rd', '"3rd" is no name of a Service'],
  ])('refuses %s as the Service of one version', (service, words) => {
    const v3 = { name: 'v3', labels: { version: 'v3' }, service };
    const [issue = ''] = issuesOf({ ...gatewayApi, ...services(v1, v3) });
    expect(issue).toContain(`spec.services[0].subsets[1].service: ${words}`);
  });

  it('by the Gateway API needs a cluster that can have it', () => {
    const eks = (more: object) =>
      issuesOf({ ...gatewayApi, gates: [], cluster: { provider: 'eks', name: 'ekslab', ...more } });
    expect(eks({})).toEqual([
      expect.stringContaining('spec.routing.api: gateway-api needs a cluster that has'),
    ]);
    expect(eks({ existing: true })).toEqual([]);
  });
});

it('tells releases of the Gateway API that cannot route inside a mesh', () => {
  expect(unsupportedGatewayApi('v1.0.0')).toContain('v1.0.0, routes inside a mesh need 1.1 or later');
  expect(['v1.1.0', 'v1.6.0', 'v2.0.0', ''].map(unsupportedGatewayApi)).toEqual([null, null, null, null]);
});

describe('the preview of a version', () => {
  const previewing = (preview: string) => services(v1, { name: 'v3', labels: { version: 'v3' }, preview });

  it('is a Service, by either API', () => {
    for (const routing of [{}, gatewayApi]) {
      const found = resolve({ ...routing, ...previewing('reviews-preview') });
      expect('document' in found && found.document.spec.services[0]?.subsets[1]).toMatchObject({
        preview: 'reviews-preview',
      });
    }
  });

  it.each([
    [{}, 'reviews', '"reviews" is the Service of all versions: give the preview another name'],
    [
      gatewayApi,
      'reviews-v1',
      '"reviews-v1" is the Service of another version: give the preview another name',
    ],
    [{}, '1st', '"1st" is no name of a Service'],
  ])('is no other one: %j %s', (routing, preview, message) => {
    const found = issuesOf({ ...routing, ...previewing(preview) });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`spec.services[0].subsets[1].preview: ${message}`);
  });
});
