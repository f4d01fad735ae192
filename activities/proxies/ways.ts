/** Ways to ask a proxy something, those that take the fewest rights first. */
import { isIPv6 } from 'node:net';
import { ApplicationFailure, Context } from '@temporalio/activity';
import { request } from 'undici';
import type { ClusterClient, PodAnswer } from '../kubernetes/index.ts';
import { causeOf } from '../kubernetes/transport.ts';
import { longestPodAnswer, readBounded, tooLong } from '../requests/read-bounded.ts';
import { timeLimit } from '../time-limit.ts';
import { proxyContainer, type Proxy } from './proxies.ts';

/** Port of Envoy's admin interface, on the pod's loopback address. */
const adminPort = 15000;

/** Port of Envoy's metrics, which connections of the mesh do not pass and which needs no mutual TLS. */
const metricsPort = 15090;

/** Longest wait for a connection to a pod's address, in ms: a worker that does not reach the cluster's network gets none. */
const connectTimeout = 500;

export interface Question {
  readonly client: ClusterClient;
  readonly proxy: Proxy;
  /** Path and query, without the leading slash. */
  readonly path: string;
  /** Milliseconds. */
  readonly timeout: number;
}

/** One way to ask. */
export interface Way {
  /** As a log names it: `a forwarded port`. */
  readonly name: string;
  /** Whether it goes past the API server, by a network that the worker may not reach: its failure tells nothing. */
  readonly isDirect?: true;
  /** @throws ApplicationFailure, not retryable where the way is closed */
  readonly ask: (question: Question) => Promise<string>;
}

const address: Way = {
  name: "the pod's address",
  isDirect: true,
  ask: async (question) => answerOf(await getByAddress(question)),
};

const apiProxy: Way = {
  name: 'pods/proxy',
  ask: async ({ client, proxy, path, timeout }) =>
    answerOf(await client.getByProxy({ ...proxy, port: metricsPort }, path, timeout)),
};

const portForward: Way = {
  name: 'pods/portforward',
  ask: async ({ client, proxy, path, timeout }) => {
    const { status, text } = await client.getByPortForward({ ...proxy, port: adminPort }, path, timeout);
    // What Envoy has none of is a 404 with words, which the reader of the answer knows.
    return status === 404 ? text : answerOf({ status, text });
  },
};

const exec: Way = {
  name: 'pods/exec',
  ask: async ({ client, proxy, path, timeout }) => {
    const target = { namespace: proxy.namespace, pod: proxy.pod, container: proxyContainer };
    const answer = await client.exec(target, ['pilot-agent', 'request', 'GET', path], timeout);
    if (answer.exitCode === 0) return answer.stdout;
    throw noAnswer(answer.stderr.trim() || `exit code ${answer.exitCode}`);
  },
};

export const adminWays: readonly Way[] = [portForward, exec];
export const metricsWays: readonly Way[] = [address, apiProxy, exec];

async function getByAddress({ proxy, path, timeout }: Question): Promise<PodAnswer> {
  if (proxy.address === undefined) throw noAnswer('its pod has no address');
  const { cancellationSignal } = Context.current();
  const host = isIPv6(proxy.address) ? `[${proxy.address}]` : proxy.address;
  try {
    const { statusCode: status, body } = await request(`http://${host}:${metricsPort}/${path}`, {
      signal: AbortSignal.any([cancellationSignal, timeLimit(timeout)]),
      headersTimeout: Math.ceil(timeout),
    });
    const text = await readBounded(body, longestPodAnswer);
    if (text !== null) return { status, text };
  } catch (error) {
    cancellationSignal.throwIfAborted();
    throw noAnswer(causeOf(error));
  }
  throw noAnswer(tooLong(longestPodAnswer));
}

function answerOf({ status, text }: PodAnswer): string {
  if (status === 200) return text;
  throw noAnswer(`it answered ${status}: ${text.trim().slice(0, 200)}`);
}

/** A failure of one proxy, which may answer the next time. Callers name the proxy. */
function noAnswer(reason: string): ApplicationFailure {
  return ApplicationFailure.retryable(`does not answer: ${reason}`);
}

/** What of a question's time a way that has never worked may take, in ms, where others are left. */
export function trialOf({ isDirect }: Way, timeout: number): number {
  return isDirect === true ? Math.min(timeout / 2, connectTimeout) : timeout / 2;
}
