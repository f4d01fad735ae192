import { afterEach, describe, expect, it } from '@jest/globals';
import { createApplicationActivities } from '../../../activities/application/index.ts';
import { ingressAddress } from '../../../activities/application/ingress.ts';
import { bundleChecks } from '../../../domain/bundles.ts';
import { outsideChecks, type HttpCheckSpec } from '../../../domain/spec/application.ts';
import type { KubeObject, Node } from '../../../activities/kubernetes/index.ts';
import { activityEnvironment, asActivity } from '../support/activity.ts';
import { startApiServer } from '../support/api-server.ts';
import { FakeCluster } from '../support/fake-cluster.ts';
import { connection, ingress, warning } from '../support/objects.ts';

interface Address {
  hostname?: string;
  ip?: string;
}

function balanced(...addresses: Address[]) {
  return ingress({ status: { loadBalancer: { ingress: addresses } } });
}

function node(...addresses: { type: string; address: string }[]): Node {
  return { apiVersion: 'v1', kind: 'Node', metadata: { name: 'a' }, status: { addresses } };
}

const byNodePort = ingress({
  spec: { type: 'NodePort', ports: [{ name: 'http2', port: 80, nodePort: 30080 }] },
});
const internal = { type: 'InternalIP', address: '10.0.0.5' };
const external = { type: 'ExternalIP', address: '198.51.100.7' };

describe('the address of the ingress gateway', () => {
  const pending = 'Service istio-system/istio-ingressgateway has no address yet';

  it.each<[string, KubeObject[], string, string | null]>([
    [
      'the host name of its load balancer',
      [balanced({ hostname: 'lb.example', ip: '192.0.2.1' })],
      'http://lb.example',
      null,
    ],
    [
      'the IP of its load balancer',
      [balanced({ ip: '192.0.2.1' }), node(internal)],
      'http://192.0.2.1',
      null,
    ],
    ['an IPv6 address in brackets', [balanced({ ip: '2001:db8::1' })], 'http://[2001:db8::1]', null],
    [
      'a node outside and its port',
      [ingress(), node(internal, external)],
      'http://198.51.100.7:30080',
      pending,
    ],
    ['a node inside and its port', [ingress(), node(internal)], 'http://10.0.0.5:30080', pending],
    [
      'a node and its port, where that is what was asked for',
      [byNodePort, node(internal)],
      'http://10.0.0.5:30080',
      null,
    ],
  ])('is %s', async (_title, objects, url, lack) => {
    await expect(ingressAddress(new FakeCluster(...objects), null)).resolves.toEqual({ url, lack: lack });
  });

  it.each<[string, KubeObject[]]>([
    [
      'the mesh has no ingress gateway (no Service leads to pods with the label istio=ingressgateway, or of another gateway)',
      [],
    ],
    ['Service istio-system/istio-ingressgateway has no address yet', [ingress()]],
    [
      'Service istio-system/istio-ingressgateway has no port for HTTP',
      [ingress({ spec: { ports: [{ name: 'tls', port: 443 }] } })],
    ],
  ])('is missing: %s', async (missing, objects) => {
    await expect(ingressAddress(new FakeCluster(...objects), null)).resolves.toEqual({ missing });
  });
});

describe('an ingress that gets no address', () => {
  const events = [
    warning(
      { kind: 'Service', name: 'istio-ingressgateway', namespace: 'istio-system' },
      'SyncLoadBalancerFailed',
      'could not find any suitable subnets',
    ),
  ];
  const reason = 'SyncLoadBalancerFailed: could not find any suitable subnets';
  const check: HttpCheckSpec = {
    kind: 'http',
    name: 'shop',
    path: '/',
    host: null,
    status: 200,
    body: null,
    timeout: 1,
  };

  function fails(...objects: KubeObject[]) {
    const client = new FakeCluster(...objects, ...events);
    const { checkFromOutside } = createApplicationActivities({ clients: () => client });
    return asActivity(() => checkFromOutside({ connection, checks: [check], gateway: null, selector: null }));
  }

  it('is told with the reason from the events of Kubernetes, when the time is over', async () => {
    await expect(fails(ingress())).rejects.toMatchObject({
      type: 'CheckFailed',
      nonRetryable: true,
      message: expect.stringContaining(
        `Service istio-system/istio-ingressgateway has no address yet, ${reason}`,
      ),
    });
  });

  it('is told so too where a node was asked in its place', async () => {
    const spec = { type: 'LoadBalancer', ports: [{ name: 'http2', port: 80, nodePort: 1 }] };
    const local = node({ type: 'InternalIP', address: '127.0.0.1' });
    await expect(fails(ingress({ spec }), local)).rejects.toThrow(
      /127\.0\.0\.1:1\/ did not answer: .*SyncLoadBalancerFailed/,
    );
  });
});

describe('checkFromOutside', () => {
  const input = { connection, checks: outsideChecks(bundleChecks.bookinfo), gateway: null, selector: null };
  let server: Awaited<ReturnType<typeof startApiServer>> | undefined;

  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  function checkAt(port: number) {
    const spec = { ports: [{ name: 'http2', port }] };
    const client = new FakeCluster({ ...balanced({ ip: '127.0.0.1' }), spec } as KubeObject);
    const { checkFromOutside } = createApplicationActivities({ clients: () => client });
    return () => checkFromOutside(input);
  }

  it('asks until the page comes, and gives its URL', async () => {
    const answers = [
      { code: 404, body: 'no route' },
      { code: 200, body: '<title>Simple Bookstore App</title>' },
    ];
    server = await startApiServer(() => answers.shift() ?? { code: 500, body: '' });
    await expect(asActivity(checkAt(server.port))).resolves.toEqual({
      addresses: { productpage: `http://127.0.0.1:${server.port}/productpage` },
    });
    expect(server.received.map(({ path }) => path)).toEqual(['/productpage', '/productpage']);
  });

  it('says what came instead', async () => {
    server = await startApiServer(() => ({ code: 503, body: 'no healthy upstream' }));
    const { environment, heartbeats } = activityEnvironment();
    setTimeout(() => environment.cancel(), 1_200).unref();
    await expect(environment.run(checkAt(server.port))).rejects.toThrow('CANCELLED');
    expect(heartbeats.at(-1)).toBe(
      `productpage: http://127.0.0.1:${server.port}/productpage answered 503, "no healthy upstream"`,
    );
  });

  it('reads no more of a page than it needs', async () => {
    server = await startApiServer(() => ({ code: 200, body: 'x'.repeat(9 * 1024 * 1024) }));
    const { environment, heartbeats } = activityEnvironment();
    setTimeout(() => environment.cancel(), 1_200).unref();
    await expect(environment.run(checkAt(server.port))).rejects.toThrow('CANCELLED');
    expect(heartbeats.at(-1)).toMatch(/productpage answered 200: the answer has more than 8 MiB$/);
  });

  it('says that nobody answered', async () => {
    const { environment, heartbeats } = activityEnvironment();
    setTimeout(() => environment.cancel(), 1_200).unref();
    await expect(environment.run(checkAt(1))).rejects.toThrow('CANCELLED');
    expect(heartbeats.at(-1)).toMatch(/did not answer: connect ECONNREFUSED/);
  });

  it('asks for a host, and takes the status that is expected', async () => {
    server = await startApiServer(() => ({ code: 404, body: 'gone' }));
    const spec = { ports: [{ name: 'http2', port: server.port }] };
    const client = new FakeCluster({ ...balanced({ ip: '127.0.0.1' }), spec } as KubeObject);
    const { checkFromOutside } = createApplicationActivities({ clients: () => client });
    const checks = input.checks.map((check) => ({
      ...check,
      host: 'shop.example',
      status: 404,
      body: 'gone',
    }));
    await asActivity(() => checkFromOutside({ ...input, checks }));
    expect(server.received.map(({ host }) => host)).toEqual(['shop.example']);
  });
});
