import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { probeOnce, type ProbeTarget } from '../../../../lab/node/pods/probe.ts';
import { container } from '../support/fixtures.ts';

const address = '127.3.9.1';
let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(handler: RequestListener): Promise<number> {
  server = createServer(handler).listen(0, address);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function target(fields: Partial<ProbeTarget> = {}): ProbeTarget {
  return { container: container(), address, run: () => Promise.resolve(0), ...fields };
}

describe('httpGet', () => {
  it.each([
    [200, true],
    [302, true],
    [404, false],
    [500, false],
  ])('takes status %d for %s', async (status, good) => {
    const port = await serve((_, response) => response.writeHead(status).end());
    await expect(probeOnce({ httpGet: { port, path: '/ready' } }, target())).resolves.toBe(good);
  });

  it('finds a named port and sends path and headers', async () => {
    const port = await serve((request, response) =>
      response.writeHead(request.url === '/live' && request.headers['x-probe'] === 'yes' ? 200 : 500).end(),
    );
    const named = container({ ports: [{ name: 'http', containerPort: port }] });
    const httpGet = { port: 'http', path: '/live', httpHeaders: [{ name: 'x-probe', value: 'yes' }] };
    await expect(probeOnce({ httpGet }, target({ container: named }))).resolves.toBe(true);
  });

  it('is no when nothing answers in time', async () => {
    const port = await serve(() => undefined);
    await expect(probeOnce({ httpGet: { port }, timeoutSeconds: 0.1 }, target())).resolves.toBe(false);
  });
});

describe('tcpSocket', () => {
  it('is yes for a port that accepts and no for one that refuses', async () => {
    const port = await serve(() => undefined);
    await expect(probeOnce({ tcpSocket: { port } }, target())).resolves.toBe(true);
    await expect(probeOnce({ tcpSocket: { port: 1 } }, target())).resolves.toBe(false);
  });
});

it('asks the exit code of an exec probe', async () => {
  const run = (command: readonly string[]) => Promise.resolve(command[0] === 'true' ? 0 : 1);
  await expect(probeOnce({ exec: { command: ['true'] } }, target({ run }))).resolves.toBe(true);
  await expect(probeOnce({ exec: { command: ['false'] } }, target({ run }))).resolves.toBe(false);
});
