/** Liveness and readiness over HTTP, as Kubernetes' probes ask for them. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { ListenAddress } from '../../domain/listen-address.ts';
import type { Readiness } from './readiness.ts';

export interface HealthServer {
  close(): Promise<void>;
}

/**
 * Answers `/livez` while the process can answer at all, and `/readyz` while the worker polls and reaches Temporal;
 * otherwise 503 with the reason.
 * @throws Error of the operating system when it cannot listen there
 */
export async function serveHealth(address: ListenAddress, readiness: Readiness): Promise<HealthServer> {
  const server = createServer((request, response) => {
    void answer(request.url ?? '/', readiness, response);
  });
  server.listen(address);
  await once(server, 'listening');
  return {
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(url: string, readiness: Readiness, response: ServerResponse): Promise<void> {
  const [code, body] = await statusOf(url.split('?')[0] ?? url, readiness);
  response.writeHead(code, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end(`${JSON.stringify(body)}\n`);
}

async function statusOf(path: string, readiness: Readiness): Promise<[code: number, body: object]> {
  if (path === '/livez') return [200, { status: 'alive' }];
  if (path !== '/readyz') return [404, { status: 'unknown', allowed: ['/livez', '/readyz'] }];
  const reason = await readiness.look();
  return reason === null ? [200, { status: 'ready' }] : [503, { status: 'not ready', reason }];
}
