import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly query: Record<string, string>;
  readonly contentType: string;
  readonly authorization: string;
  readonly host: string;
  readonly body: string;
}

export type Answer = (request: Received) => { code: number; body: unknown };

/** An HTTP server that answers as a test says, with a kubeconfig that leads to it. */
export async function startApiServer(answer: Answer) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void readAll(request).then((body) => {
      const url = new URL(request.url ?? '/', 'http://test');
      const seen = {
        method: request.method ?? '',
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        contentType: request.headers['content-type'] ?? '',
        authorization: request.headers.authorization ?? '',
        host: request.headers.host ?? '',
        body,
      };
      received.push(seen);
      const { code, body: said } = answer(seen);
      response.writeHead(code, { 'Content-Type': 'application/json' });
      response.end(typeof said === 'string' ? said : JSON.stringify(said));
    });
  });
  // Upgraded connections are no longer the server's to close.
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const directory = await mkdtemp(join(tmpdir(), 'sluice-test-'));
  const kubeconfig = join(directory, 'kubeconfig');
  await writeFile(kubeconfig, kubeconfigText(port));
  const close = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
    await rm(directory, { recursive: true });
  };
  return { server, received, kubeconfig, port, close };
}

/** What a Kubernetes API server says when it refuses. */
export function statusBody(reason: string, message: string, causes: readonly string[] = []) {
  return { kind: 'Status', reason, message, details: { causes: causes.map((cause) => ({ reason: cause })) } };
}

/** Discovery of the kinds that tests use. */
export function discovery(path: string): unknown {
  if (path === '/api/v1') {
    return {
      resources: [
        { name: 'pods', kind: 'Pod', namespaced: true },
        { name: 'pods/status', kind: 'Pod', namespaced: true },
        { name: 'namespaces', kind: 'Namespace', namespaced: false },
        { name: 'configmaps', kind: 'ConfigMap', namespaced: true },
      ],
    };
  }
  if (path === '/apis/apps/v1') {
    return { resources: [{ name: 'deployments', kind: 'Deployment', namespaced: true }] };
  }
  return null;
}

async function readAll(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}

function kubeconfigText(port: number): string {
  const context = (name: string) => ({ name, context: { cluster: 'test', user: 'admin' } });
  return JSON.stringify({
    'current-context': 'test',
    clusters: [
      { name: 'test', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } },
    ],
    users: [{ name: 'admin', user: { token: 'secret-token' } }],
    contexts: [context('test'), context('other')],
  });
}
