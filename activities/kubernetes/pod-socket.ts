/** WebSockets that the API server opens to pods: commands and forwarded ports. */
import type { IncomingMessage } from 'node:http';
import type { KubeConfig } from '@kubernetes/client-node';
import { WebSocket, type ClientOptions } from 'ws';
import { readBounded } from '../requests/read-bounded.ts';
import { apiFailure, readStatus } from './failure.ts';
import { authenticate, unreachable } from './transport.ts';

/** Bytes of a refusal that are read: a Status. */
const longestRefusal = 64 * 1024;

/** Bytes of one message: servers send chunks of 32 KiB. */
const longestMessage = 16 * 1024 * 1024;

/** A socket to be opened. */
export interface PodSocket {
  readonly namespace: string;
  readonly pod: string;
  readonly action: 'exec' | 'portforward';
  readonly query: readonly (readonly [string, string])[];
  readonly protocols: readonly string[];
  /** What is being done, for the message of a failure. */
  readonly what: string;
}

/**
 * Begins to open a socket. Not by the client library, which tells nothing of why a server refused, and waits for ever on
 * one that falls silent.
 * @param config leads to the API server
 * @param asked the pod, and what of it
 * @returns the socket, and a promise that rejects with an ApplicationFailure where it is refused or breaks
 */
export async function openPodSocket(
  config: KubeConfig,
  asked: PodSocket,
): Promise<{ socket: WebSocket; broken: Promise<never> }> {
  const url = urlOf(config.getCurrentCluster()?.server ?? '', asked);
  const options: ClientOptions = { maxPayload: longestMessage };
  await authenticate(asked.what, () => config.applyToHTTPSOptions(options));
  const socket = new WebSocket(url, [...asked.protocols], options);
  const broken = new Promise<never>((_resolve, reject) => {
    socket.on('error', (error) => reject(unreachable(asked.what, url, error)));
    socket.on('unexpected-response', (_request, response) => {
      refusalOf(asked.what, response).then(reject, reject);
    });
  });
  // Whoever waits for something else meanwhile learns of it when it waits for this.
  broken.catch(() => undefined);
  return { socket, broken };
}

async function refusalOf(what: string, response: IncomingMessage): Promise<Error> {
  const body = await readBounded(response as AsyncIterable<Buffer>, longestRefusal);
  return apiFailure(what, readStatus(response.statusCode ?? 0, body ?? ''));
}

function urlOf(server: string, { namespace, pod, action, query }: PodSocket): string {
  const url = new URL(server.replace(/\/$/, ''));
  url.protocol = url.protocol === 'http:' ? 'ws:' : 'wss:';
  url.pathname += `${url.pathname.endsWith('/') ? '' : '/'}api/v1/namespaces/${namespace}/pods/${pod}/${action}`;
  for (const [key, value] of query) url.searchParams.append(key, value);
  return url.href;
}
