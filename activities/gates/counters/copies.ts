/**
 * Requests to subsets that get copies. A proxy sends a copy past the filters that count for Istio (istio/istio#23496),
 * and counts it like any other for the endpoint that it went to: what the endpoints of such a subset count is copies
 * and requests alike.
 */
import { Context } from '@temporalio/activity';
import { messageOf } from '../../../domain/message-of.ts';
import { clusterReader } from '../../proxies/cluster-name.ts';
import { askEndpoints, type ClusterEndpoints } from '../../proxies/endpoints.ts';
import type { ClusterClient } from '../../kubernetes/index.ts';
import { nameOf, type Proxy } from '../../proxies/proxies.ts';
import type { AnswerCounter, Counter } from './counter.ts';
import type { Counted } from './read-counters.ts';

/** Longest wait for one proxy's answer, in ms: a reading waits for it. */
const answerTimeout = 2_000;

/** Endpoints tell no more than the class of an answer. */
const answers = { successes: '2xx', errors: '5xx' } as const;

/**
 * Asks a proxy what the endpoints of the copied subsets have counted. Whatever goes wrong is an answer; cancellation
 * alone is thrown.
 */
export async function countCopies(
  question: Counted & { readonly client: ClusterClient },
  proxy: Proxy,
): Promise<{ readonly counters: readonly Counter[] } | { readonly trouble: string }> {
  try {
    const nameRegex = `^outbound[|].*[.]${question.namespace}[.]svc[.]`;
    return {
      counters: readCopies(await askEndpoints(question.client, proxy, nameRegex, answerTimeout), question),
    };
  } catch (error) {
    Context.current().cancellationSignal.throwIfAborted();
    return { trouble: `${nameOf(proxy)}: ${messageOf(error)}` };
  }
}

/** Counters of the copied subsets, by endpoint: one that goes takes its own count away, and no other's. */
export function readCopies(
  clusters: readonly ClusterEndpoints[],
  { namespace, services, copied = {} }: Counted,
): AnswerCounter[] {
  return services().flatMap((service) => {
    const subset = copied[service.host];
    if (subset === undefined) return [];
    const read = clusterReader(service.host, namespace, service.backends);
    return clusters
      .filter(({ name }) => read(name)?.subset === subset)
      .flatMap(({ name, endpoints }) =>
        endpoints.flatMap((endpoint) =>
          (['successes', 'errors'] as const).map((kind): AnswerCounter => ({
            kind: 'answers',
            series: `${name} ${endpoint.address} ${kind}`,
            host: service.host,
            subset,
            requests: endpoint[kind],
            answer: { code: answers[kind], flags: [], status: null },
          })),
        ),
      );
  });
}

/** The counters without those of copied subsets: endpoints count the same requests. */
export function withoutCopied(counters: readonly Counter[], { copied = {} }: Counted): Counter[] {
  return counters.filter(({ host, subset }) => subset === null || copied[host] !== subset);
}
