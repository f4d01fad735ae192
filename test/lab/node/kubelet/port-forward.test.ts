import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import WebSocket, { WebSocketServer } from 'ws';
import { portOf, servePortForward } from '../../../../lab/node/kubelet/port-forward.ts';

const host = '127.3.9.5';

let kubelet: WebSocketServer;
let pod: Server;
let podPort: number;

beforeEach(async () => {
  kubelet = new WebSocketServer({ host, port: 0 });
  pod = createServer({ allowHalfOpen: true });
  pod.listen(0, host);
  await Promise.all([once(kubelet, 'listening'), once(pod, 'listening')]);
  podPort = (pod.address() as AddressInfo).port;
});

afterEach(() => {
  kubelet.close();
  pod.close();
});

interface Forward {
  readonly client: WebSocket;
  /** What came so far, by channel. */
  readonly bytes: (channel: number) => Buffer;
}

async function forward(port = podPort): Promise<Forward> {
  kubelet.once('connection', (socket) => servePortForward(socket, host, port));
  const client = new WebSocket(`ws://${host}:${(kubelet.address() as AddressInfo).port}`);
  const channels = new Map<number, Buffer[]>();
  client.on('message', (data: Buffer) => {
    const channel = data[0] ?? -1;
    channels.set(channel, [...(channels.get(channel) ?? []), data.subarray(1)]);
  });
  await once(client, 'open');
  return { client, bytes: (channel) => Buffer.concat(channels.get(channel) ?? []) };
}

function littleEndian(port: number): Buffer {
  return Buffer.of(port & 0xff, port >> 8);
}

describe('a port-forward', () => {
  it('says its port on both channels, and then passes on what is sent either way', async () => {
    const connected = once(pod, 'connection');
    const { client, bytes } = await forward();
    const [target] = (await connected) as [Socket];
    client.send(Buffer.concat([Buffer.of(0), Buffer.from('ping')]));
    expect(((await once(target, 'data')) as [Buffer])[0].toString()).toBe('ping');
    target.end('pong');
    await once(client, 'close');
    expect(bytes(0)).toEqual(Buffer.concat([littleEndian(podPort), Buffer.from('pong')]));
    expect(bytes(1)).toEqual(littleEndian(podPort));
  });

  it('loses nothing of what is larger than any buffer', async () => {
    const sent = Buffer.alloc(5_000_000, 'x');
    pod.once('connection', (target) => target.end(sent));
    const { client, bytes } = await forward();
    await once(client, 'close');
    expect(bytes(0).subarray(2).equals(sent)).toBe(true);
  });

  it('ends the connection to the pod with the socket', async () => {
    const connected = once(pod, 'connection');
    const { client } = await forward();
    const [target] = (await connected) as [Socket];
    target.resume();
    client.close();
    await once(target, 'end');
    target.end();
    expect(target.readableEnded).toBe(true);
  });

  it('says on the channel of errors why there is none, and closes', async () => {
    const free = createServer().listen(0, host);
    await once(free, 'listening');
    const { port } = free.address() as AddressInfo;
    free.close();
    const { client, bytes } = await forward(port);
    await once(client, 'close');
    expect(bytes(1).subarray(2).toString()).toMatch(new RegExp(`forwarding port ${port}: .*ECONNREFUSED`));
  });
});

it.each([
  ['port=80', 80],
  ['', undefined],
  ['port=0', undefined],
  ['port=x', undefined],
  ['port=80,81', undefined],
  ['port=80&port=81', undefined],
])('reads the port of %j', (query, port) => {
  expect(portOf(new URLSearchParams(query))).toBe(port);
});
