import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { Target } from './targets.ts';

/** A port that passes its connections on. */
export interface Forward {
  stop(): Promise<void>;
}

const connectTimeout = 2_000;

/**
 * Accepts TCP connections and passes each to one of the targets of that moment, in turn; a target that does not
 * accept is skipped. Throws when the address cannot be listened on.
 */
export async function forwardPort(
  address: string,
  port: number,
  targets: () => readonly Target[],
): Promise<Forward> {
  const open = new Set<Socket>();
  let turn = 0;
  const server = createServer((client) => {
    open.add(client);
    client.on('close', () => open.delete(client));
    client.on('error', () => client.destroy());
    const all = targets();
    const first = turn++ % Math.max(1, all.length);
    void pass(client, [...all.slice(first), ...all.slice(0, first)]);
  });
  server.listen(port, address);
  await once(server, 'listening');
  return {
    stop: async () => {
      server.close();
      for (const client of open) client.destroy();
      await once(server, 'close');
    },
  };
}

async function pass(client: Socket, targets: readonly Target[]): Promise<void> {
  for (const target of targets) {
    const upstream = await tryConnect(target);
    if (upstream === undefined) continue;
    client.setNoDelay(true);
    upstream.on('error', () => client.destroy());
    upstream.on('close', () => client.destroy());
    client.on('close', () => upstream.destroy());
    client.pipe(upstream).pipe(client);
    if (client.destroyed) upstream.destroy();
    return;
  }
  client.destroy();
}

async function tryConnect({ address, port }: Target): Promise<Socket | undefined> {
  const socket = connect({ host: address, port, noDelay: true });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(connectTimeout) });
    return socket;
  } catch {
    // Refused or silent: the next target may be better.
    socket.destroy();
    return undefined;
  }
}
