import { Context } from '@temporalio/activity';
import pLimit from 'p-limit';
import { messageOf } from '../../../domain/message-of.ts';
import type { ClusterClient } from '../../kubernetes/index.ts';
import { listProxies } from '../../proxies/proxies.ts';
import { askProxy } from './ask-proxy.ts';
import type { CounterSource, ProxyCounters } from './counter.ts';
import { callersAmong, mergeKnown, missedAmong, type KnownProxy } from './known-proxies.ts';
import { countCopies, withoutCopied } from './copies.ts';
import { endpointsOf } from './endpoints-of.ts';
import { hostsOf, readCounters, type Counted } from './read-counters.ts';
import { statisticsQuery } from './statistics-query.ts';

/** Proxies asked at a time: each takes a connection through the API server. */
const concurrency = 16;

/** Between two searches for proxies that have begun to call, in ms; the shorter one while no caller answers. */
const searchInterval = 5_000;
const urgentSearchInterval = 1_000;

export interface ProxyQuestion extends Counted {
  readonly client: ClusterClient;
  /** Whether histograms are wanted too. */
  readonly durations: boolean;
}

/**
 * The counters of the calling proxies. The first reading asks all proxies. After that each
 * reading asks those that call the services, while a search that no reading waits for asks the others now and then,
 * and with them those that fell silent: a proxy that hangs keeps one reading waiting, and not the next.
 */
export function createProxyCounters(question: ProxyQuestion): CounterSource {
  const askAll = askWith(question);
  let known: readonly KnownProxy[] | null = null;
  let found: readonly ProxyCounters[] = [];
  let listTrouble: string | null = null;
  let searching: Promise<void> | null = null;
  let searchedAt = -Infinity;

  const search = async (callers: readonly KnownProxy[]): Promise<void> => {
    try {
      known = mergeKnown(await listProxies(question.client), known);
      listTrouble = null;
      const answers = await askAll(known.filter((one) => !callers.includes(one)));
      found = [...found, ...answers];
    } catch (error) {
      Context.current().cancellationSignal.throwIfAborted();
      listTrouble = messageOf(error);
    } finally {
      searchedAt = performance.now();
      searching = null;
    }
  };

  const searchWhenDue = (callers: readonly KnownProxy[]): void => {
    const interval = known === null || allSilent(callers) ? urgentSearchInterval : searchInterval;
    if (searching !== null || performance.now() < searchedAt + interval) return;
    searching = search(callers);
    // Only cancellation fails it, and then this reading too, unless that is over.
    searching.catch(() => undefined);
  };

  return {
    async read() {
      const isFirst = known === null;
      const callers = callersAmong(known ?? []);
      searchWhenDue(callers);
      if (isFirst) await searching;
      const answers = await askAll(callers);
      const proxies = [...found, ...answers];
      found = [];
      const missed = missedAmong(known ?? []);
      const silent = isFirst || allSilent(callers) ? missed[0] : undefined;
      // Proxies that call nobody do not speak for those that do.
      const isHeard = proxies.some(({ counters }) => counters.length > 0);
      const unheard = silent ?? (proxies.length > 0 ? null : listTrouble);
      return { proxies, missed, trouble: isHeard ? null : unheard };
    },
    async endpoints(proxies) {
      const asked = (known ?? []).filter(({ key }) => proxies.includes(key));
      return endpointsOf(question, asked);
    },
  };
}

/** Asks proxies side by side for what they have counted; what is known of them then includes how that went. */
function askWith(question: ProxyQuestion) {
  const { namespace, durations, services } = question;
  const query = statisticsQuery({ namespace, durations, hosts: hostsOf(services()) });
  const askOne = async (one: KnownProxy): Promise<ProxyCounters[]> => {
    const answer = await askProxy(question.client, one.proxy, query);
    one.trouble = 'trouble' in answer ? answer.trouble : null;
    if ('trouble' in answer) return [];
    const counters = readCounters(answer.samples, question);
    one.calls ||= counters.length > 0;
    if (question.copied === undefined || !one.calls) return [{ proxy: one.key, isNew: one.isNew, counters }];
    const copies = await countCopies(question, one.proxy);
    if ('trouble' in copies) one.trouble = copies.trouble;
    return 'trouble' in copies
      ? []
      : [
          {
            proxy: one.key,
            isNew: one.isNew,
            counters: [...withoutCopied(counters, question), ...copies.counters],
          },
        ];
  };
  return async (asked: readonly KnownProxy[]) => (await pLimit(concurrency).map(asked, askOne)).flat();
}

function allSilent(callers: readonly KnownProxy[]): boolean {
  return callers.length > 0 && callers.every(({ trouble }) => trouble !== null);
}
