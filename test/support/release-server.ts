import { createHash } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from '@jest/globals';

/** What a path answers: a body, a status without one, or a listener of its own. */
type Route = string | Buffer | number | RequestListener;

/** Gives a function that serves the routes on loopback until the test ends, and returns the origin. */
export function useReleaseServers(): (routes: Record<string, Route>) => Promise<string> {
  const servers: ReturnType<typeof createServer>[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });
  return async (routes) => {
    const server = createServer((request, response) => {
      const route = routes[request.url ?? ''] ?? 404;
      if (typeof route === 'function') route(request, response);
      else if (typeof route === 'number') response.writeHead(route).end();
      else response.end(route);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
}

/** SHA-256 in hex. */
export function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
