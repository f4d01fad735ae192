import { request } from 'node:http';
import { Duplex } from 'node:stream';
import type { KubeConfig } from '@kubernetes/client-node';
import { ApplicationFailure, Context } from '@temporalio/activity';
import type { WebSocket } from 'ws';
import { longestPodAnswer, readBounded, tooLong } from '../requests/read-bounded.ts';
import { timeLimit } from '../time-limit.ts';
import { apiFailureType } from './failure.ts';
import { openPodSocket } from './pod-socket.ts';
import { causeOf } from './transport.ts';

/** A port of a pod, also one that listens on the pod's loopback address alone. */
export interface PodPort {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

/** What a pod answered to a GET. */
export interface PodAnswer {
  readonly status: number;
  readonly text: string;
}

/** Channels of `v4.channel.k8s.io` for one port: the first byte of every message; the first message is the port. */
const channels = { data: 0, error: 1 } as const;

/**
 * Asks something over HTTP of a pod's port, which is forwarded for that one request.
 * @param config leads to the API server
 * @param target the pod's port
 * @param path with its query, without the leading slash
 * @param timeout milliseconds that the answer may take
 * @throws ApplicationFailure as `failure.ts` says
 */
export async function getByPortForward(
  config: KubeConfig,
  target: PodPort,
  path: string,
  timeout: number,
): Promise<PodAnswer> {
  const { namespace, pod, port } = target;
  const what = `forward port ${port} of ${namespace}/${pod}`;
  const { cancellationSignal } = Context.current();
  const { socket, broken } = await openPodSocket(config, {
    namespace,
    pod,
    action: 'portforward',
    query: [['ports', String(port)]],
    protocols: ['v4.channel.k8s.io'],
    what,
  });
  const signal = AbortSignal.any([cancellationSignal, timeLimit(timeout)]);
  // The first messages may come with the answer that opens the socket.
  const stream = streamOver(socket);
  try {
    await Promise.race([opened(socket, signal), broken]);
    return await ask(stream, path, signal);
  } catch (error) {
    cancellationSignal.throwIfAborted();
    if (error instanceof ApplicationFailure) throw error;
    const reason = signal.aborted ? `no answer after ${Math.ceil(timeout)} ms` : causeOf(error);
    throw ApplicationFailure.retryable(`cannot ${what}: ${reason}`, apiFailureType);
  } finally {
    socket.on('error', () => undefined);
    socket.terminate();
  }
}

async function opened(socket: WebSocket, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    socket.on('open', resolve);
  });
}

/** The data of the forwarded port as a stream. */
function streamOver(socket: WebSocket): Duplex {
  const begun = new Set<number>();
  const stream = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) =>
      socket.send(Buffer.concat([Buffer.of(channels.data), chunk]), done),
  });
  socket.on('message', (message: Buffer) => {
    const channel = message[0] ?? -1;
    if (!begun.has(channel)) begun.add(channel);
    else if (channel === channels.data) stream.push(message.subarray(1));
    else if (channel === channels.error && message.length > 1)
      stream.destroy(new Error(message.subarray(1).toString('utf8').trim()));
  });
  socket.on('close', () => stream.push(null));
  socket.on('error', (error) => stream.destroy(error));
  stream.on('error', () => undefined);
  return stream;
}

async function ask(stream: Duplex, path: string, signal: AbortSignal): Promise<PodAnswer> {
  return await new Promise<PodAnswer>((resolve, reject) => {
    const asking = request({
      // Envoy's admin interface refuses hosts that it does not know.
      headers: { host: 'localhost', connection: 'close' },
      path: `/${path}`,
      createConnection: () => stream,
      signal,
    });
    asking.on('error', reject);
    asking.on('response', (response) => {
      readBounded(response as AsyncIterable<Buffer>, longestPodAnswer).then((text) => {
        if (text === null) reject(new Error(tooLong(longestPodAnswer)));
        else resolve({ status: response.statusCode ?? 0, text });
      }, reject);
    });
    asking.end();
  });
}
