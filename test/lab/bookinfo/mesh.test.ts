import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { openMesh, type Mesh } from '../../../lab/bookinfo/mesh.ts';

let server: Server;
let mesh: Mesh;
let answer: RequestListener;
let connections = 0;

beforeEach(async () => {
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
  connections = 0;
  server = createServer((request, response) => answer(request, response));
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  mesh = openMesh(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

afterEach(async () => {
  jest.restoreAllMocks();
  server.close();
  server.closeAllConnections();
  await mesh.close();
});

const get = (timeout = 1_000) => mesh.get({ service: 'ratings', path: '/ratings/0', headers: {}, timeout });

describe('openMesh', () => {
  it('asks the sidecar for a service by its name, over connections that it keeps', async () => {
    answer = (request, response) => response.end(JSON.stringify([request.headers.host, request.url]));
    expect(await get()).toEqual({ status: 200, value: ['ratings:9080', '/ratings/0'] });
    for (let call = 0; call < 10; call += 1) await get();
    expect(connections).toBeLessThanOrEqual(2);
  });

  it('gives the status of an answer that is not 200', async () => {
    answer = (_, response) => response.writeHead(503).end('no healthy upstream');
    expect(await get()).toEqual({ status: 503, value: null });
  });

  it('takes an answer that is late, or no JSON, for status 500', async () => {
    answer = () => undefined;
    expect(await get(50)).toEqual({ status: 500, value: null });
    answer = (_, response) => response.end('<html>');
    expect(await get()).toEqual({ status: 500, value: null });
  });

  it('asks once more when the connection closed underneath, and not for ever', async () => {
    let calls = 0;
    answer = (request, response) => {
      calls += 1;
      if (calls === 2) request.socket.destroy();
      else response.end('"here"');
    };
    await get();
    expect(await get()).toEqual({ status: 200, value: 'here' });
    expect(calls).toBe(3);
    answer = (request) => request.socket.destroy();
    expect(await get()).toEqual({ status: 500, value: null });
  });
});
