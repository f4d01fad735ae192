import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Writable } from 'node:stream';
import { CoreV1Api, type KubeConfig, PortForward, type V1Service } from '@kubernetes/client-node';
import { messageOf } from '../domain/message-of.ts';
import { readyPod, type PodPort } from './ready-pod.ts';

const loopback = '127.0.0.1';

export interface ForwardOptions {
  /** Of the Service. */
  readonly port: number;
  /** On this machine; null for the Service's own where it is free and nobody's to protect, else any. */
  readonly localPort: number | null;
  /** Told of every connection that could not be made, or broke. */
  readonly onTrouble: (reason: string) => void;
}

/** An open port of this machine. */
export interface Forward {
  /** Where it is, as in `127.0.0.1:20001`. */
  readonly address: string;
  /** Ends it and all connections through it. */
  close(): Promise<void>;
}

/**
 * Leads a loopback port to a Service. Each connection goes to a pod that is ready then, so that a pod may go and
 * another take over, which ends a `kubectl port-forward`.
 * @throws Error if the port is taken
 */
export async function forwardService(
  config: KubeConfig,
  service: V1Service,
  { port, localPort, onTrouble }: ForwardOptions,
): Promise<Forward> {
  const api = config.makeApiClient(CoreV1Api);
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket)).on('error', () => socket.destroy());
    join(config, socket, () => readyPod(api, service, port)).catch((error: unknown) => {
      onTrouble(messageOf(error));
      socket.destroy();
    });
  });
  const { port: bound } = await listen(server, localPort, port);
  return {
    address: `${loopback}:${bound}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

/** Joins a connection to a pod; what either end closes is closed at the other. */
async function join(config: KubeConfig, socket: Socket, find: () => Promise<PodPort>): Promise<void> {
  const { namespace, pod, port } = await find();
  const { promise: broken, reject } = Promise.withResolvers<never>();
  broken.catch(() => undefined);
  const errors = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (chunk.length > 0) reject(new Error(`${namespace}/${pod}: ${chunk.toString('utf8').trim()}`));
      done();
    },
  });
  const forwarding = new PortForward(config).portForward(namespace, pod, [port], socket, errors, socket);
  const tunnel = await forwarding.catch((error: unknown) => {
    throw refused(`${namespace}/${pod}`, error);
  });
  if (!('close' in tunnel)) throw new Error('a port-forward that starts itself again has no end');
  socket.on('close', () => tunnel.close());
  if (socket.destroyed) tunnel.close();
  const ended = new Promise<void>((resolve) => {
    tunnel.onclose = () => resolve();
  });
  await Promise.race([ended, broken]);
  socket.end();
}

/** The library rejects with the event of the WebSocket. */
function refused(pod: string, event: unknown): Error {
  const { message = String(event) } = event as { readonly message?: string };
  const hint = message.includes('403') ? ' (it takes the right to create pods/portforward there)' : '';
  return new Error(`cannot forward to pod ${pod}: ${message}${hint}`);
}

async function listen(server: Server, wanted: number | null, own: number): Promise<AddressInfo> {
  if (wanted !== null) return await bind(server, wanted);
  // Below 1024 are the ports of a machine's own services.
  if (own < 1024) return await bind(server, 0);
  return await bind(server, own).catch(() => bind(server, 0));
}

async function bind(server: Server, port: number): Promise<AddressInfo> {
  server.listen(port, loopback);
  await once(server, 'listening');
  return server.address() as AddressInfo;
}
