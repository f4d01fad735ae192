import { request } from 'node:http';
import { Duplex } from 'node:stream';
import type { KubeConfig } from '@kubernetes/client-node';
import { ApplicationFailure, Context } from '@temporalio/activity';
import { WebSocket, type ClientOptions } from 'ws';
import { timeLimit } from '../time-limit.ts';
import { apiFailure, apiFailureType, readStatus } from './failure.ts';
import { authenticate, causeOf, unreachable } from './transport.ts';

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
 * Asks something over HTTP of a pod's port, which is forwarded for that one request. Not by the client library, which tells
 * nothing of why a server refused.
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
  const url = urlOf(config.getCurrentCluster()?.server ?? '', target);
  const options: ClientOptions = {};
  await authenticate(what, () => config.applyToHTTPSOptions(options));
  const { cancellationSignal } = Context.current();
  const signal = AbortSignal.any([cancellationSignal, timeLimit(timeout)]);
  const socket = new WebSocket(url, ['v4.channel.k8s.io'], options);
  try {
    return await ask(await opened(socket, what, url, signal), path, signal);
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

function urlOf(server: string, { namespace, pod, port }: PodPort): string {
  const url = new URL(server.replace(/\/$/, ''));
  url.protocol = url.protocol === 'http:' ? 'ws:' : 'wss:';
  url.pathname += `${url.pathname.endsWith('/') ? '' : '/'}api/v1/namespaces/${namespace}/pods/${pod}/portforward`;
  url.searchParams.set('ports', String(port));
  return url.href;
}

async function opened(socket: WebSocket, what: string, url: string, signal: AbortSignal): Promise<Duplex> {
  // The first messages may come with the answer that opens the socket.
  const stream = streamOver(socket);
  await new Promise<void>((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    socket.on('open', resolve);
    socket.on('error', (error) => reject(unreachable(what, url, error)));
    socket.on('unexpected-response', (_request, response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
      response.on('end', () => reject(apiFailure(what, readStatus(response.statusCode ?? 0, body))));
    });
  });
  return stream;
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
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    asking.end();
  });
}
