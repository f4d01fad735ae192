import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { WebSocketServer } from 'ws';
import { createClient, type ClusterClient } from '../../../activities/kubernetes/index.ts';
import { loadKubeConfig } from '../../../activities/kubernetes/kubeconfig.ts';
import { portForwardProtocols, servePortForward } from '../../../lab/node/kubelet/port-forward.ts';
import { asActivity } from '../support/activity.ts';
import { startApiServer, statusBody } from '../support/api-server.ts';

let envoy: Server;
let port: number;
let api: Awaited<ReturnType<typeof startApiServer>>;
let client: ClusterClient;
let paths: string[];

beforeEach(async () => {
  paths = [];
  envoy = createServer((request, response) => {
    paths.push(`${request.headers.host} ${request.url}`);
    if (request.url === '/hang') return;
    if (request.url === '/endless')
      return void pipeline(Readable.from(endless()), response).catch(() => undefined);
    response.writeHead(request.url === '/missing' ? 404 : 200).end('x'.repeat(200_000));
  });
  await new Promise<void>((resolve) => envoy.listen(0, '127.0.0.1', resolve));
  ({ port } = envoy.address() as AddressInfo);
  api = await startApiServer(({ path }) =>
    path.endsWith('/proxy/stats/prometheus')
      ? { code: 200, body: 'istio_requests_total 1' }
      : { code: 403, body: statusBody('Forbidden', 'pods "web" is forbidden') },
  );
  const config = loadKubeConfig({ kubeconfig: api.kubeconfig, context: 'test' });
  client = createClient(() => Promise.resolve(config));
});

afterEach(async () => {
  await api.close();
  envoy.closeAllConnections();
  await new Promise((resolve) => envoy.close(resolve));
});

/** Forwards ports as the lab's kubelet does. */
function forwardPorts(): void {
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: () => portForwardProtocols[0] ?? false,
  });
  api.server.on('upgrade', (request, socket, head) => {
    const url = new URL(request.url ?? '', 'http://api');
    expect(url.pathname).toBe('/api/v1/namespaces/default/pods/web/portforward');
    const asked = Number(url.searchParams.get('ports'));
    sockets.handleUpgrade(request, socket, head, (websocket) => {
      servePortForward(websocket, '127.0.0.1', asked);
    });
  });
}

const get = (path: string, to = port, timeout = 5_000) =>
  asActivity(() => client.getByPortForward({ namespace: 'default', pod: 'web', port: to }, path, timeout));

function* endless(): Generator<Buffer> {
  for (;;) yield Buffer.alloc(1024 * 1024);
}

describe('a port that is forwarded for one request', () => {
  it('gives no answer that is longer than a worker should keep', async () => {
    forwardPorts();
    await expect(get('endless', port, 60_000)).rejects.toMatchObject({
      message: `cannot forward port ${port} of default/web: the answer has more than 64 MiB`,
    });
  });

  it('gives the whole answer with its status', async () => {
    forwardPorts();
    expect(await get('config_dump?resource=a')).toEqual({ status: 200, text: 'x'.repeat(200_000) });
    expect((await get('missing')).status).toBe(404);
    expect(paths).toEqual(['localhost /config_dump?resource=a', 'localhost /missing']);
  });

  it('ends at its timeout, which need be no whole number', async () => {
    forwardPorts();
    await expect(get('hang', port, 300.5)).rejects.toMatchObject({
      nonRetryable: false,
      message: `cannot forward port ${port} of default/web: no answer after 301 ms`,
    });
  });

  it('tells that nothing listens', async () => {
    forwardPorts();
    await expect(get('x', 1)).rejects.toThrow('an error occurred forwarding port 1: connect ECONNREFUSED');
  });

  it('is refused for good without the right', async () => {
    api.server.on('upgrade', (_request, socket) => {
      const body = JSON.stringify(statusBody('Forbidden', 'cannot get pods/portforward'));
      socket.end(`HTTP/1.1 403 Forbidden\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    });
    await expect(get('x')).rejects.toMatchObject({ type: 'AccessDenied', nonRetryable: true });
  });
});

describe('a port behind the API server’s proxy', () => {
  const ask = (path: string) =>
    asActivity(() => client.getByProxy({ namespace: 'default', pod: 'web', port: 15090 }, path, 5_000));

  it('is asked with path and query, and answers with text', async () => {
    const answer = await ask('stats/prometheus?usedonly&filter=a%7Cb');
    expect(answer).toEqual({ status: 200, text: 'istio_requests_total 1' });
    expect(api.received).toMatchObject([
      {
        method: 'GET',
        path: '/api/v1/namespaces/default/pods/web:15090/proxy/stats/prometheus',
        query: { usedonly: '', filter: 'a|b' },
      },
    ]);
  });

  it('is refused for good without the right', async () => {
    await expect(ask('config_dump')).rejects.toMatchObject({ type: 'AccessDenied', nonRetryable: true });
  });
});
