import { Context } from '@temporalio/activity';
import { messageOf } from '../../../domain/message-of.ts';
import type { ClusterClient } from '../../kubernetes/index.ts';
import { askMetrics } from '../../proxies/ask.ts';
import { nameOf, type Proxy } from '../../proxies/proxies.ts';
import type { NamedSeries } from './read-counters.ts';
import { parseTextFormat } from '../../proxies/text-format.ts';

/** Longest wait for one proxy's answer, in ms; one that is well answers in tens of them. */
const answerTimeout = 2_000;

/** The same for one of a pod that terminates, is not ready or is on a lost node: it keeps others waiting no longer. */
const doubtfulTimeout = 500;

/** A proxy's statistics, or in words why there are none. */
export type Statistics = { readonly samples: readonly NamedSeries[] } | { readonly trouble: string };

/** Asks a proxy for statistics. Whatever goes wrong is an answer; cancellation alone is thrown. */
export async function askProxy(client: ClusterClient, proxy: Proxy, query: string): Promise<Statistics> {
  const timeout = proxy.doubt === null ? answerTimeout : doubtfulTimeout;
  try {
    return { samples: parseTextFormat(await askMetrics(client, proxy, query, timeout)) };
  } catch (error) {
    Context.current().cancellationSignal.throwIfAborted();
    return { trouble: `${nameOf(proxy)}: ${messageOf(error)}` };
  }
}
