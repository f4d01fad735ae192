/** Routes as people have them: each leads to the service's versions by weight, or is refused before any change. */
import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../../activities/kubernetes/index.ts';
import type { ObjectRef } from '../../../domain/rollout.ts';
import { claim, doorsOf, meshOf, restore, shift, type Spec } from './constellation.ts';
import { pod } from '../support/objects.ts';
import { destinationRule, virtualService } from './fake-mesh.ts';
import { httpRoute, ref } from './gateway-api/fixtures.ts';

const split = 'v1 90, v2 10';
const own = 'reviews.default.svc.cluster.local';
const everybody = (subset = '', host = 'reviews') => ({
  route: [{ destination: subset === '' ? { host } : { host, subset } }],
});
const to = (host: string, subset: string, weight: number) => ({ destination: { host, subset }, weight });
const path = (prefix: string, route: object) => ({ match: [{ uri: { prefix } }], ...route });
const testers = (subset: string) => ({
  match: [{ headers: { tester: { exact: 'yes' } } }],
  ...everybody(subset),
});
const at = { gateways: ['shop'], hosts: ['shop.example.com'] };
const vs = (name: string, ...http: object[]) => virtualService(name, { ...at, http });
const inMesh = (name: string, ...http: object[]) => virtualService(name, { hosts: ['reviews'], http });
const moved = <T extends KubeObject>(object: T, namespace: string): T => ({
  ...object,
  metadata: { ...object.metadata, namespace },
});
const kinded = (kind: string, object: KubeObject, apiVersion = object.apiVersion) => ({
  ...object,
  kind,
  apiVersion,
});
const atGateway = (name: string, ...rules: object[]) => {
  const route = httpRoute(name, ...rules);
  return { ...route, spec: { ...route.spec, parentRefs: [{ name: 'gateway' }] } };
};
const ingress = (ingressClassName: string): KubeObject & { spec: object } => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'shop', namespace: 'default' },
  spec: { ingressClassName, defaultBackend: { service: { name: 'reviews' } } },
});
const ignoring = (kind: 'VirtualService' | 'HTTPRoute' | 'Ingress', name: string): Spec => ({
  ignore: [{ kind, name, namespace: 'default' }],
});
const gatewayApi: Spec = { routing: 'gateway-api' };

interface Steered {
  readonly objects: readonly KubeObject[];
  /** What proxies have of the service after the shift, beside the service's own host in the mesh. */
  readonly doors: readonly string[];
  readonly spec?: Spec;
  readonly warning?: string;
  /** Doors that stay as they are also when traffic went back. */
  readonly kept?: readonly string[];
}

const mesh = `sidecar ${own}: ${split}`;
const public_ = `gateway shop.example.com: ${split}`;

const steered: [string, Steered][] = [
  ['no route at all', { objects: [], doors: [mesh] }],
  ['a public name at a gateway', { objects: [vs('shop', everybody())], doors: [mesh, public_] }],
  [
    'any host at a gateway, as in Bookinfo',
    {
      objects: [
        virtualService('bookinfo', { hosts: ['*'], gateways: ['bookinfo-gateway'], http: [everybody()] }),
      ],
      doors: [mesh, `gateway *: ${split}`],
    },
  ],
  [
    'a gateway in another namespace, by the full name',
    { objects: [moved(vs('shop', everybody('', own)), 'istio-ingress')], doors: [mesh, public_] },
  ],
  [
    'a gateway and the mesh at once',
    {
      objects: [
        virtualService('shop', { hosts: ['reviews'], gateways: ['shop', 'mesh'], http: [everybody('v1')] }),
      ],
      doors: [mesh, `gateway ${own}: ${split}`],
    },
  ],
  [
    'paths to the whole service',
    {
      objects: [vs('shop', path('/api', everybody()), path('/static', everybody('v1')), everybody())],
      doors: [mesh, public_, public_, public_],
    },
  ],
  [
    'a path of another host',
    {
      objects: [vs('shop', path('/reviews', everybody()), everybody('', 'productpage'))],
      doors: [mesh, public_],
    },
  ],
  [
    'another host inside the mesh',
    {
      objects: [virtualService('shop', { hosts: ['shop'], http: [everybody()] })],
      doors: [mesh, `sidecar shop.default.svc.cluster.local: ${split}`],
    },
  ],
  [
    'a header for testers',
    {
      objects: [inMesh('reviews', testers('v2'), everybody('v1'))],
      doors: [`sidecar ${own}: v2 100`, mesh],
      kept: [`sidecar ${own}: v2 100`],
      warning: 'VirtualService default/reviews: http route 1 (v2) stays as it is',
    },
  ],
  [
    'a subset that the spec does not name',
    {
      objects: [inMesh('reviews', path('/admin', everybody('admin')), everybody())],
      doors: [`sidecar ${own}: admin 100`, mesh],
      kept: [`sidecar ${own}: admin 100`],
      warning: 'http route 1 (admin) stays as it is',
    },
  ],
  [
    'a delegate of a root in another namespace',
    {
      objects: [
        moved(vs('root', path('/', { delegate: { name: 'inner', namespace: 'default' } })), 'istio-ingress'),
        virtualService('inner', { http: [path('/v1', everybody()), everybody('v1')] }),
      ],
      doors: [mesh, public_, public_],
    },
  ],
  [
    'a delegate of the service’s own host',
    {
      objects: [
        inMesh('root', { delegate: { name: 'inner', namespace: 'shop' } }),
        moved(virtualService('inner', { http: [everybody('v1', own)] }), 'shop'),
      ],
      doors: [mesh],
    },
  ],
  [
    'a delegate of a root with two paths, with testers of its own',
    {
      objects: [
        vs('root', {
          match: [{ uri: { prefix: '/a' } }, { uri: { prefix: '/b' } }],
          delegate: { name: 'inner' },
        }),
        virtualService('inner', { http: [testers('v3'), everybody()] }),
      ],
      doors: [mesh, public_, public_, 'gateway shop.example.com: v3 100', 'gateway shop.example.com: v3 100'],
      kept: ['gateway shop.example.com: v3 100'],
    },
  ],
  [
    'a delegate that no root names',
    {
      objects: [virtualService('inner', { http: [everybody()] })],
      doors: [mesh],
      warning: 'VirtualService default/inner has no hosts, and no VirtualService delegates to it',
    },
  ],
  [
    'two VirtualServices for one host at one gateway',
    {
      objects: [vs('one', everybody()), vs('other', everybody('v1'))],
      doors: [mesh, public_, public_],
      warning:
        'VirtualService default/one and VirtualService default/other have the same host at one gateway',
    },
  ],
  [
    'a mesh of another domain',
    { objects: [vs('shop', everybody('', 'reviews.default.svc.corp.example'))], doors: [mesh, public_] },
  ],
  [
    'routes for the callers of one namespace',
    {
      objects: [virtualService('reviews', { hosts: ['reviews'], exportTo: ['.'], http: [everybody()] })],
      doors: [mesh],
      warning:
        'VirtualService default/reviews is exported to . alone: callers of reviews in other namespaces',
    },
  ],
  [
    'a wildcard that leads to the service',
    {
      objects: [virtualService('all', { hosts: ['*.default.svc.cluster.local'], http: [everybody()] })],
      doors: [`sidecar *.default.svc.cluster.local: ${split}`],
    },
  ],
  [
    'the split of a run that was killed',
    {
      objects: [vs('shop', { route: [to('reviews', 'v1', 50), to('reviews', 'v3', 50)] })],
      doors: [mesh, public_],
    },
  ],
  [
    'redirects and routes to elsewhere beside it',
    {
      objects: [
        vs('shop', path('/old', { redirect: { uri: '/' } }), path('/x', everybody('', 'x')), everybody()),
      ],
      doors: [mesh, public_],
    },
  ],
  [
    'a VirtualService that the spec leaves alone',
    {
      objects: [vs('shop', everybody()), vs('legacy', everybody('v3'))],
      spec: ignoring('VirtualService', 'legacy'),
      doors: [mesh, public_, 'gateway shop.example.com: v3 100'],
      kept: ['gateway shop.example.com: v3 100'],
      warning: 'VirtualService default/legacy is left alone: its requests to reviews go where it says',
    },
  ],
  [
    'a name to leave alone that leads nowhere',
    {
      objects: [],
      spec: ignoring('VirtualService', 'typo'),
      doors: [mesh],
      warning: 'spec.routing.ignore names VirtualService default/typo, of which no route leads to reviews',
    },
  ],
  [
    'an HTTPRoute that the spec leaves alone',
    {
      objects: [atGateway('legacy', { backendRefs: [ref('reviews')] })],
      spec: ignoring('HTTPRoute', 'legacy'),
      doors: [mesh, 'gateway *: (any version) 100'],
      kept: ['gateway *: (any version) 100'],
      warning: 'HTTPRoute default/legacy is left alone',
    },
  ],
  ['an Ingress of another controller', { objects: [ingress('nginx')], doors: [mesh] }],
  [
    'an HTTPRoute of a Gateway',
    {
      objects: [atGateway('shop', { backendRefs: [ref('reviews')] })],
      spec: gatewayApi,
      doors: [mesh, `gateway *: ${split}`],
    },
  ],
  [
    'HTTPRoutes of a Gateway and of the service, by path and for testers',
    {
      objects: [
        atGateway(
          'shop',
          { matches: [{ path: { type: 'PathPrefix', value: '/api' } }], backendRefs: [ref('reviews-v1')] },
          { matches: [{ headers: [{ name: 'tester', value: 'yes' }] }], backendRefs: [ref('reviews-v2')] },
        ),
        httpRoute('reviews', { backendRefs: [ref('reviews-v1')] }),
      ],
      spec: gatewayApi,
      doors: [mesh, `gateway *: ${split}`, 'gateway *: v2 100'],
      kept: ['gateway *: v2 100'],
      warning: 'HTTPRoute default/shop: rule 2 (v2) stays as it is',
    },
  ],
];

describe('routes that are steered', () => {
  it.each(steered)('%s', async (_, { objects, spec = {}, doors, kept = [], warning = '' }) => {
    const cluster = meshOf(...objects);
    const { warnings, previous } = await claim(cluster, spec);
    expect(warnings.join('\n')).toContain(warning);
    await shift(cluster, { v1: 90, v2: 10 }, spec);
    expect(doorsOf(cluster).sort()).toEqual([...doors].sort());
    await restore(cluster, previous, spec);
    const after = doors.map((door) => (kept.includes(door) ? door : door.replace(split, 'v1 100')));
    expect(doorsOf(cluster).sort()).toEqual(after.sort());
  });
});

const service = (spec: object, labels = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'reviews', namespace: 'default', labels },
  ...{ spec: { selector: { app: 'reviews' }, ports: [{ name: 'http', port: 9080 }], ...spec } },
});
const http = { name: 'http', port: 9080 };
const ambient = (): KubeObject => {
  const made = pod('caller', 'default');
  return {
    ...made,
    metadata: { ...made.metadata, name: 'bare', annotations: { 'ambient.istio.io/redirection': 'enabled' } },
  };
};

const refused: [string, KubeObject[], string, Spec?][] = [
  [
    'a route that mixes services',
    [vs('shop', { route: [to('reviews', 'v1', 50), to('legacy', 'v1', 50)] })],
    'VirtualService default/shop: http route 1 splits requests between reviews and legacy',
  ],
  [
    'a route that mixes the spec’s versions with others',
    [vs('shop', { route: [to('reviews', 'v1', 50), to('reviews', 'old', 50)] })],
    'and subset old of reviews, which the spec does not name',
  ],
  [
    'testers on all versions',
    [vs('shop', testers(''))],
    'VirtualService default/shop: http route 1 is for single users',
  ],
  [
    'a tcp route',
    [virtualService('raw', { ...at, tcp: [everybody()] })],
    'VirtualService default/raw has a tcp route to reviews',
  ],
  [
    'a tls route',
    [virtualService('raw', { ...at, tls: [{ match: [{ sniHosts: ['x'] }], ...everybody() }] })],
    'VirtualService default/raw has a tls route to reviews',
  ],
  [
    'two VirtualServices for the host inside the mesh',
    [inMesh('one', everybody()), inMesh('other', everybody())],
    'VirtualService default/one and VirtualService default/other route reviews',
  ],
  [
    'one for the host that leads elsewhere',
    [inMesh('maintenance', everybody('', 'sorry-page'))],
    'VirtualService default/maintenance has no http route to reviews',
  ],
  [
    'one for the host that redirects',
    [inMesh('maintenance', { redirect: { uri: '/' } })],
    'VirtualService default/maintenance has no http route to reviews',
  ],
  [
    'a delegate that is not there',
    [inMesh('root', { name: 'all', delegate: { name: 'inner', namespace: 'shop' } })],
    "VirtualService default/root: http route 'all' is delegated to VirtualService shop/inner, which is not there",
  ],
  [
    'a delegate for testers alone',
    [
      vs('root', { ...testers(''), route: undefined, delegate: { name: 'inner' } }),
      virtualService('inner', { http: [everybody()] }),
    ],
    'VirtualService default/root: http route 1 gives requests of single users to VirtualService default/inner',
  ],
  [
    'a wildcard that leads elsewhere',
    [
      virtualService('all', {
        hosts: ['*.default.svc.cluster.local'],
        http: [{ timeout: '1s', ...everybody('', 'proxy') }],
      }),
    ],
    'VirtualService default/all takes the requests to reviews by a wildcard, with its routes, timeouts and retries',
  ],
  [
    'a host of all clusters of a set',
    [vs('shop', everybody('', 'reviews.default.svc.clusterset.local'))],
    'VirtualService default/shop leads to reviews in all clusters of the set',
  ],
  [
    'an HTTPRoute beside VirtualServices',
    [atGateway('shop', { backendRefs: [ref('reviews')] })],
    'HTTPRoute default/shop routes reviews, which is to be steered by VirtualServices',
  ],
  [
    'a VirtualService at a gateway beside HTTPRoutes',
    [vs('shop', everybody())],
    'VirtualService default/shop routes reviews, which is to be steered by HTTPRoutes',
    gatewayApi,
  ],
  [
    'a GRPCRoute at a gateway',
    [kinded('GRPCRoute', atGateway('grpc', { backendRefs: [ref('reviews')] }))],
    'GRPCRoute default/grpc routes reviews',
  ],
  [
    'a TCPRoute',
    [
      kinded(
        'TCPRoute',
        atGateway('raw', { backendRefs: [ref('reviews')] }),
        'gateway.networking.k8s.io/v1alpha2',
      ),
    ],
    'TCPRoute default/raw routes reviews',
    gatewayApi,
  ],
  [
    'a TLSRoute',
    [
      kinded(
        'TLSRoute',
        atGateway('tls', { backendRefs: [ref('reviews')] }),
        'gateway.networking.k8s.io/v1alpha2',
      ),
    ],
    'TLSRoute default/tls routes reviews',
  ],
  [
    'a UDPRoute',
    [kinded('UDPRoute', atGateway('tls', { backendRefs: [ref('reviews')] }), 'gateway.networking.k8s.io/v1')],
    'UDPRoute default/tls routes reviews',
  ],
  ['an Ingress of Istio’s class', [ingress('istio')], 'Ingress default/shop routes reviews'],
  [
    'an HTTPRoute of another namespace',
    [moved(atGateway('shop', { backendRefs: [{ ...ref('reviews'), namespace: 'default' }] }), 'edge')],
    'HTTPRoute edge/shop routes reviews of namespace default',
    gatewayApi,
  ],
  [
    'an HTTPRoute that mixes services',
    [atGateway('shop', { backendRefs: [ref('reviews'), ref('legacy')] })],
    'HTTPRoute default/shop: rule 1 splits requests between reviews and Service legacy',
    gatewayApi,
  ],
  [
    'an HTTPRoute with testers on all versions',
    [
      atGateway('shop', {
        matches: [{ headers: [{ name: 'a', value: 'b' }] }],
        backendRefs: [ref('reviews')],
      }),
    ],
    'HTTPRoute default/shop: rule 1 is for single users',
    gatewayApi,
  ],
  [
    'nothing that is not left alone',
    [inMesh('mine', everybody())],
    'spec.routing.ignore leaves alone all that routes reviews',
    ignoring('VirtualService', 'mine'),
  ],
  ['an ExternalName', [service({ type: 'ExternalName' })], 'Service default/reviews is an ExternalName'],
  ['a headless Service', [service({ clusterIP: 'None' })], 'Service default/reviews is headless'],
  [
    'a Service without HTTP',
    [service({ ports: [{ name: 'tcp-raw', port: 7000 }] })],
    'Service default/reviews has no port for HTTP',
  ],
  [
    'a Service with another port',
    [service({ ports: [http, { name: 'mongo', port: 27017 }] })],
    'Service default/reviews has port 27017 (mongo), which is not HTTP',
  ],
  [
    'a port of UDP',
    [service({ ports: [http, { name: 'quic', port: 443, protocol: 'UDP' }] })],
    'Service default/reviews has port 443 (quic), which is not HTTP',
  ],
  [
    'a waypoint',
    [service({}, { 'istio.io/use-waypoint': 'waypoint' })],
    'Service default/reviews has its requests pass waypoint waypoint (ambient mode)',
  ],
  ['callers in ambient mode', [ambient()], 'pod default/bare is in ambient mode'],
  [
    'a DestinationRule of the callers’ namespace',
    [moved(destinationRule('theirs', { host: own }), 'shop')],
    'DestinationRule shop/theirs decides for callers of reviews in namespace shop and has no subset v1, v2, v3',
  ],
  [
    'a wildcard DestinationRule of the callers’ namespace',
    [moved(destinationRule('all', { host: '*.default.svc.cluster.local' }), 'shop')],
    'DestinationRule shop/all decides for callers of reviews',
  ],
  [
    'a DestinationRule for some workloads',
    [destinationRule('some', { host: 'reviews', workloadSelector: { matchLabels: { app: 'x' } } })],
    'DestinationRule default/some decides for callers of reviews that its workloadSelector names',
  ],
];

describe('routes that are refused before anything is changed', () => {
  it.each(refused)('%s', async (_, objects, words, spec = {}) => {
    const cluster = meshOf(...objects);
    const claiming = claim(cluster, spec);
    await expect(claiming).rejects.toMatchObject({ type: 'InvalidTarget', nonRetryable: true });
    await expect(claiming).rejects.toThrow(words);
    expect(cluster.writes).toEqual([]);
  });

  it('but not a port that the spec leaves alone', async () => {
    const cluster = meshOf(service({ ports: [http, { name: 'mongo', port: 27017 }] }));
    const ignore = [{ kind: 'Service', name: 'reviews', namespace: 'default', port: 27017 }] as const;
    await expect(claim(cluster, { ignore })).resolves.toMatchObject({});
    await expect(claim(cluster, { ignore: [{ ...ignore[0], port: 1 }] })).rejects.toThrow('port 27017');
  });
});

describe('a mesh that serves Istio’s API as v1beta1 alone', () => {
  it('is steered by objects of that version', async () => {
    const older = { ...vs('shop', everybody()), apiVersion: 'networking.istio.io/v1beta1' };
    const cluster = meshOf(older);
    cluster.isNamespaced = (ref) =>
      Promise.resolve((ref as ObjectRef).apiVersion.endsWith('/v1') ? null : true);
    await claim(cluster, {});
    await shift(cluster, { v1: 90, v2: 10 }, {});
    expect(doorsOf(cluster).sort()).toEqual([public_, mesh].sort());
    const made = cluster.objects.get('VirtualService/default/reviews');
    expect(made?.apiVersion).toBe('networking.istio.io/v1beta1');
  });
});

it('warns of callers without a sidecar, and of versions that get requests already', async () => {
  const bare = pod('job', 'default', { spec: { containers: [{ name: 'app' }] } });
  const { warnings } = await claim(meshOf(bare), {});
  expect(warnings).toEqual([
    'without a sidecar, job-abc: requests of these pods to reviews, if they call it, follow no weights',
    expect.stringContaining(
      'no route sends all requests to a version of reviews, and 2 of its 3 ready pods are of v2, v3',
    ),
  ]);
});
