import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { forwardPort, type Forward } from '../../../../lab/node/load-balancer/forward.ts';
import type { Target } from '../../../../lab/node/load-balancer/targets.ts';

const front = { address: '127.3.200.1', port: 28080 };
const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A server that answers every connection with its name and closes it. */
async function named(name: string): Promise<Target> {
  const server: Server = createServer((socket) => socket.end(name)).listen(0, '127.3.9.5');
  await once(server, 'listening');
  closing.push(() => server.close());
  return { address: '127.3.9.5', port: (server.address() as AddressInfo).port };
}

async function forward(targets: () => Target[]): Promise<Forward> {
  const made = await forwardPort(front.address, front.port, targets);
  closing.push(() => made.stop());
  return made;
}

async function ask(): Promise<string> {
  const socket = connect({ host: front.address, port: front.port });
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString()));
  await once(socket, 'close');
  return text;
}

describe('a forwarded port', () => {
  it('reaches the targets in turn', async () => {
    const targets = [await named('a'), await named('b')];
    await forward(() => targets);
    expect([await ask(), await ask(), await ask()].sort()).not.toEqual(['a', 'a', 'a']);
  });

  it('skips a target that refuses', async () => {
    const targets = [{ address: '127.3.9.5', port: 1 }, await named('b')];
    await forward(() => targets);
    expect([await ask(), await ask()]).toEqual(['b', 'b']);
  });

  it('follows the targets of the moment', async () => {
    const targets: Target[] = [];
    await forward(() => targets);
    await expect(ask()).resolves.toBe('');
    targets.push(await named('late'));
    await expect(ask()).resolves.toBe('late');
  });

  it('is closed by stop', async () => {
    const made = await forwardPort(front.address, front.port, () => []);
    await made.stop();
    await expect(ask()).rejects.toThrow('ECONNREFUSED');
  });

  it('cannot have an address that is taken', async () => {
    await forward(() => []);
    await expect(forwardPort(front.address, front.port, () => [])).rejects.toThrow('EADDRINUSE');
  });
});
