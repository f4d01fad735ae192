import { connect, type Socket } from 'node:net';
import type { RawData, WebSocket } from 'ws';

/**
 * Subprotocol of port-forwards by plain WebSocket, which kubelets know beside SPDY; in it the first byte of a message
 * is its channel, and the first message of a channel is its port.
 */
export const portForwardProtocols = ['v4.channel.k8s.io'];

const channels = { data: 0, error: 1 } as const;

/** The port that a request names, if it names one and no more: no client of ours asks for several at once. */
export function portOf(query: URLSearchParams): number | undefined {
  const port = Number(query.getAll('port').join(','));
  return Number.isInteger(port) && port >= 1 && port <= 65_535 ? port : undefined;
}

/** Joins the socket to a port of a pod; either end closes the other. */
export function servePortForward(socket: WebSocket, address: string, port: number): void {
  for (const channel of Object.values(channels)) send(socket, channel, littleEndian(port));
  // One that closes its side waits for the answer none the less.
  const target = connect({ host: address, port });
  passOn(socket, target);
  target.on('data', (chunk: Buffer) => {
    target.pause();
    send(socket, channels.data, chunk, () => target.resume());
  });
  target.on('error', (error) => send(socket, channels.error, Buffer.from(refusal(port, error))));
  target.on('close', () => socket.close(1000));
}

function passOn(socket: WebSocket, target: Socket): void {
  socket.on('message', (message: RawData) => {
    const bytes = message as Buffer;
    if (bytes[0] !== channels.data || bytes.length < 2) return;
    if (!target.write(bytes.subarray(1))) {
      socket.pause();
      target.once('drain', () => socket.resume());
    }
  });
  socket.on('close', () => target.destroy());
}

function refusal(port: number, { message }: Error): string {
  return `an error occurred forwarding port ${port}: ${message}`;
}

function littleEndian(port: number): Buffer {
  return Buffer.of(port & 0xff, port >> 8);
}

function send(socket: WebSocket, channel: number, data: Buffer, sent: () => void = () => undefined): void {
  if (socket.readyState === socket.OPEN) socket.send(Buffer.concat([Buffer.of(channel), data]), sent);
}
