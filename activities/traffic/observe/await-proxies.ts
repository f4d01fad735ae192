import { ApplicationFailure, Context } from '@temporalio/activity';
import pLimit from 'p-limit';
import { formatDuration } from '../../../domain/duration.ts';
import { FailureType } from '../../../domain/failure.ts';
import { heartbeatWhile } from '../../heartbeat.ts';
import { isRetryable, type ClusterClient } from '../../kubernetes/index.ts';
import { dumpConfig } from '../../proxies/config-dump.ts';
import { isThere, listProxies, nameOf, type Proxy } from '../../proxies/proxies.ts';

/** Proxies asked at a time: each takes a connection through the API server. */
const concurrency = 16;

/** Between two looks at the proxies that are not there yet, in ms; each is longer than the one before. */
const firstPause = 50;
const longestPause = 1_000;

/** Longest and shortest wait for one proxy's answer, in ms; the dump of a large mesh takes well under a second. */
const longestAnswer = 5_000;
const shortestAnswer = 500;

/** Proxies that the message of a failure names. */
const named = 5;

export interface ProxyWait {
  /** What the proxies are to have, for messages: `reviews v1 90, v2 10`. */
  readonly what: string;
  /** Milliseconds. */
  readonly timeout: number;
  /** Milliseconds before the first look: earlier than that none can have it. */
  readonly delay: number;
  /** Query of the configuration dump, as narrow as Envoy can. */
  readonly query: string;
  /** What a proxy lacks, in words; null when it has everything, or has nothing to do with it. */
  readonly lackOf: (dump: readonly unknown[]) => string | null;
}

/** What proxies lack, by proxy. */
type Lacks = ReadonlyMap<Proxy, string>;

/**
 * Waits until every running proxy has what is awaited; one that goes away meanwhile is dropped.
 * Fails with `DeadlineExceeded`, not retryable, naming the proxies and what they have instead.
 */
export async function awaitProxies(client: ClusterClient, wait: ProxyWait): Promise<void> {
  const deadline = performance.now() + wait.timeout;
  let words = `waiting for the proxies to have ${wait.what}`;
  await heartbeatWhile(
    () => words,
    async () => {
      const [proxies] = await Promise.all([listProxies(client), Context.current().sleep(wait.delay)]);
      if (proxies.length === 0) Context.current().log.warn(`no proxy runs that could call ${wait.what}`);
      let pending = proxies;
      for (let pause = firstPause; ; pause = Math.min(pause * 1.5, longestPause)) {
        const lacks = await askAll(client, pending, wait, deadline);
        if (lacks.size === 0) return;
        words = describe(lacks, proxies.length, wait);
        if (performance.now() >= deadline) throw overdue(words, wait);
        pending = [...lacks.keys()];
        await Context.current().sleep(Math.min(pause, Math.max(deadline - performance.now(), 0)));
      }
    },
  );
}

async function askAll(
  client: ClusterClient,
  proxies: readonly Proxy[],
  wait: ProxyWait,
  deadline: number,
): Promise<Lacks> {
  const limit = pLimit(concurrency);
  const timeout = () => Math.min(Math.max(deadline - performance.now(), shortestAnswer), longestAnswer);
  const answers = await limit.map(
    proxies,
    async (proxy) => [proxy, await ask(client, proxy, wait, timeout())] as const,
  );
  return new Map(answers.filter((answer): answer is [Proxy, string] => answer[1] !== null));
}

/** A proxy that does not answer counts as one that lacks it, unless it is gone. */
async function ask(
  client: ClusterClient,
  proxy: Proxy,
  { query, lackOf }: ProxyWait,
  timeout: number,
): Promise<string | null> {
  try {
    return lackOf(await dumpConfig(client, proxy, query, timeout));
  } catch (error) {
    if (!isRetryable(error)) throw error;
    return (await isGone(client, proxy)) ? null : error.message;
  }
}

/** What is not known is not gone. */
async function isGone(client: ClusterClient, proxy: Proxy): Promise<boolean> {
  try {
    return !(await isThere(client, proxy));
  } catch (error) {
    if (isRetryable(error)) return false;
    throw error;
  }
}

function describe(lacks: Lacks, total: number, { what }: ProxyWait): string {
  const some = [...lacks].slice(0, named).map(([proxy, lack]) => `${nameOf(proxy)}: ${lack}`);
  const more = lacks.size > named ? [`and ${lacks.size - named} more`] : [];
  return `${lacks.size} of ${total} proxies do not have ${what} yet: ${[...some, ...more].join('; ')}`;
}

function overdue(words: string, { timeout }: ProxyWait): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `after ${formatDuration(timeout)}, ${words}`,
    FailureType.deadlineExceeded,
  );
}
