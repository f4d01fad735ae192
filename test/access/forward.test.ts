import { once } from 'node:events';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { KubeConfig, V1Service } from '@kubernetes/client-node';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WebSocketServer } from 'ws';
import { answers } from '../../access/answers.ts';
import { reachCluster } from '../../access/cluster.ts';
import type { Forward } from '../../access/forward.ts';
import { servePortForward } from '../../lab/node/kubelet/port-forward.ts';

/** An API server that knows one Service and its pods, and hands port-forwards on as a node takes them. */
let api: Server;
let app: Server;
let pods: object[];
let forwards: string[];
let open: Forward[];
let troubles: string[];
/** Status of the answer to a port-forward; 101 for the forward. */
let status: number;

const service = Object.assign(new V1Service(), {
  metadata: { name: 'kiali', namespace: 'istio-system' },
  spec: { selector: { app: 'kiali' }, ports: [{ port: 20001, targetPort: 'api' }] },
});

beforeEach(async () => {
  [forwards, open, troubles, status] = [[], [], [], 101];
  app = createHttpServer((request, response) => response.end(`app says ${request.url ?? ''}`));
  api = createHttpServer((request, response) => {
    const isPods = request.url === '/api/v1/namespaces/istio-system/pods?labelSelector=app%3Dkiali';
    response.writeHead(isPods ? 200 : 404, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(isPods ? { items: pods } : { kind: 'Status', message: 'not found' }));
  });
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'v4.channel.k8s.io' });
  api.on('upgrade', (request, socket, head) => {
    forwards.push(request.url ?? '');
    if (status !== 101) socket.end(`HTTP/1.1 ${status} Forbidden\r\n\r\n`);
    else
      sockets.handleUpgrade(request, socket, head, (opened) => {
        servePortForward(
          opened,
          '127.0.0.1',
          Number(new URL(`http://x${request.url ?? ''}`).searchParams.get('ports')),
        );
      });
  });
  for (const server of [app, api]) server.listen(0, '127.0.0.1');
  await Promise.all([once(app, 'listening'), once(api, 'listening')]);
  pods = [pod('old', 'False'), pod('new', 'True')];
});

afterEach(async () => {
  await Promise.all(open.map((forward) => forward.close()));
  for (const server of [app, api]) {
    server.closeAllConnections();
    server.close();
  }
});

function pod(name: string, ready: string, port = portOf(app)): object {
  return {
    metadata: { name },
    spec: { containers: [{ ports: [{ name: 'api', containerPort: port }] }] },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: ready, reason: 'ContainersNotReady' }],
    },
  };
}

function portOf(server: { address(): unknown }): number {
  return (server.address() as AddressInfo).port;
}

async function forward(localPort: number | null = null): Promise<string> {
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: 'c', server: `http://127.0.0.1:${portOf(api)}`, skipTLSVerify: true },
    { name: 'u' },
  );
  const onTrouble = (reason: string) => void troubles.push(reason);
  const made = await reachCluster(config).forward(service, { port: 20001, localPort, onTrouble });
  open.push(made);
  return `http://${made.address}`;
}

async function text(url: string): Promise<string> {
  return await (await fetch(url, { headers: { Connection: 'close' } })).text();
}

describe('a forwarded Service', () => {
  it('is reached at a loopback port, by the named port of a pod that is ready', async () => {
    expect(await text(`${await forward()}/graph`)).toBe('app says /graph');
    expect(forwards).toEqual([`/api/v1/namespaces/istio-system/pods/new/portforward?ports=${portOf(app)}`]);
    expect(troubles).toEqual([]);
  });

  it('is reached by many connections at a time, and by the next pod when one goes', async () => {
    const url = await forward();
    const texts = await Promise.all([1, 2, 3, 4].map((one) => text(`${url}/${one}`)));
    expect(texts).toEqual(['app says /1', 'app says /2', 'app says /3', 'app says /4']);
    pods = [pod('new', 'False'), pod('next', 'True')];
    expect(await text(url)).toBe('app says /');
    expect(forwards.at(-1)).toContain('/pods/next/');
  });

  it('takes the port that is named, and says that it is taken', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const port = portOf(free);
    await expect(forward(port)).rejects.toThrow('EADDRINUSE');
    free.close();
    await once(free, 'close');
    expect(await forward(port)).toBe(`http://127.0.0.1:${port}`);
  });

  it('is gone when it is closed, with the connections that are open', async () => {
    const url = await forward();
    expect(await answers(url)).toBe(true);
    await open.pop()?.close();
    expect(await answers(url)).toBe(false);
  });

  it.each([
    [
      'no pod is ready',
      () => (pods = [pod('old', 'False')]),
      'no pod of Service istio-system/kiali is ready: old is Running (ContainersNotReady)',
    ],
    ['there is no pod', () => (pods = []), 'is ready: there is none'],
    [
      'the pod does not listen',
      () => (pods = [pod('new', 'True', 1)]),
      'istio-system/new: an error occurred forwarding port 1: connect ECONNREFUSED',
    ],
    [
      'that is not allowed',
      () => (status = 403),
      '403 (it takes the right to create pods/portforward there)',
    ],
  ])('says why when %s', async (_, spoil, message) => {
    spoil();
    expect(await answers(await forward())).toBe(false);
    expect(troubles).toEqual([expect.stringContaining(message)]);
  });
});

it('knows that there is no such Service', async () => {
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: 'c', server: `http://127.0.0.1:${portOf(api)}`, skipTLSVerify: true },
    { name: 'u' },
  );
  const ref = { apiVersion: 'v1', kind: 'Service', name: 'kiali', namespace: 'istio-system' };
  expect(await reachCluster(config).readService(ref)).toBeNull();
});
