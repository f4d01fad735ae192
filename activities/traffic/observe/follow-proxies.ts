/** Asks proxies again and again until they have what is awaited. */
import { ApplicationFailure, Context } from '@temporalio/activity';
import pLimit, { type LimitFunction } from 'p-limit';
import { FailureType } from '../../../domain/failure.ts';
import { isRetryable, type ClusterClient } from '../../kubernetes/index.ts';
import { dumpConfig } from '../../proxies/config-dump.ts';
import { findAgain, listProxies, nameOf } from '../../proxies/proxies.ts';
import { abortable, timeLimit } from '../../time-limit.ts';
import type { ProxyWait } from './proxy-wait.ts';
import { isAwaited, type Follower, type FollowerState } from './follower.ts';

/** Proxies asked at a time: each takes a connection through the API server. Doubtful ones keep no other waiting. */
const concurrency = 16;
const doubtfulConcurrency = 8;

/** Between two looks at a proxy that is not there yet, in ms; each is longer than the one before. */
const firstPause = 50;
const longestPause = 1_000;

/** Longest wait for one proxy's answer, in ms; the dump of a large mesh takes well under a second. */
const longestAnswer = 5_000;
const doubtfulAnswer = 1_500;

/** Longest wait for the list of pods that the end of a wait takes a last look at, in ms. */
const lastLook = 2_000;

/** Between two looks at whether the wait is over, in ms: a signal would be made for each of them otherwise. */
const overInterval = 20;

/**
 * Follows proxies until all that are awaited have what is awaited and one has confirmed it.
 * @param deadline by `performance.now()`
 * @returns whether that was reached; false when the deadline came first
 */
export async function followProxies(
  client: ClusterClient,
  followers: readonly Follower[],
  wait: ProxyWait,
  deadline: number,
): Promise<boolean> {
  const ending = new AbortController();
  const limits = { ready: pLimit(concurrency), doubtful: pLimit(doubtfulConcurrency) };
  const isOver = () => isSettled(followers, wait);
  if (followers.length === 0) return isOver();
  const follow = { client, followers, wait, deadline, isOver };
  try {
    return await abortable(ending.signal, async () => {
      const loops = followers.map((one) =>
        followOne(follow, one, one.proxy.doubt === null ? limits.ready : limits.doubtful),
      );
      const failing = Promise.all(loops);
      failing.catch(() => undefined);
      await Promise.race([until(isOver, deadline), failing.then(() => until(isOver, deadline))]);
      return isOver();
    });
  } finally {
    ending.abort();
    limits.ready.clearQueue();
    limits.doubtful.clearQueue();
  }
}

interface Following {
  readonly client: ClusterClient;
  readonly followers: readonly Follower[];
  readonly wait: ProxyWait;
  readonly deadline: number;
  readonly isOver: () => boolean;
}

function isSettled(followers: readonly Follower[], { concerns }: ProxyWait): boolean {
  if (followers.some(isAwaited)) return false;
  return concerns === undefined || followers.some(({ state }) => state.kind === 'confirmed');
}

async function until(isOver: () => boolean, deadline: number): Promise<void> {
  while (!isOver() && performance.now() < deadline)
    await Context.current().sleep(Math.min(overInterval, Math.max(deadline - performance.now(), 0)));
}

async function followOne(following: Following, follower: Follower, limit: LimitFunction): Promise<void> {
  const { deadline, isOver } = following;
  for (let pause = firstPause; ; pause = Math.min(pause * 1.5, longestPause)) {
    if (isWorthAsking(following, follower)) {
      const state = await limit(() => ask(following, follower));
      if (isOver()) return;
      follower.state = state;
      refuseDenied(following);
    }
    if (isFinal(follower.state) || isOver() || performance.now() >= deadline) return;
    await Context.current().sleep(Math.min(pause, Math.max(deadline - performance.now(), 0)));
  }
}

/** @throws ApplicationFailure when no proxy may be asked: no waiting changes that */
function refuseDenied({ followers }: Following): void {
  if (!followers.every(({ state }) => state.kind === 'denied' || state.kind === 'gone')) return;
  for (const { state } of followers) if (state.kind === 'denied') throw state.error;
}

/** One that knows nothing of the services may learn of them, which matters for as long as nobody else does. */
function isWorthAsking({ followers }: Following, { state }: Follower): boolean {
  if (state.kind !== 'unconcerned') return true;
  return !followers.some((other) => other.state.kind === 'confirmed' || other.state.kind === 'lacks');
}

function isFinal({ kind }: FollowerState): boolean {
  return kind === 'confirmed' || kind === 'denied' || kind === 'gone';
}

async function ask({ client, wait, deadline }: Following, follower: Follower): Promise<FollowerState> {
  const { cancellationSignal } = Context.current();
  const longest = follower.proxy.doubt === null ? longestAnswer : doubtfulAnswer;
  const timeout = Math.min(Math.max(deadline - performance.now(), 1), longest);
  try {
    return judge(await dumpConfig(client, follower.proxy, wait.query, timeout), wait);
  } catch (error) {
    cancellationSignal.throwIfAborted();
    if (isDenied(error)) return { kind: 'denied', reason: error.message, error };
    if (!isRetryable(error)) throw error;
    return await silentOrGone(client, follower, error.message);
  }
}

function judge(dump: readonly unknown[], { lackOf, concerns }: ProxyWait): FollowerState {
  const reason = lackOf(dump);
  if (reason !== null) return { kind: 'lacks', reason };
  return { kind: concerns?.(dump) === false ? 'unconcerned' : 'confirmed' };
}

function isDenied(error: unknown): error is ApplicationFailure {
  return error instanceof ApplicationFailure && error.type === FailureType.accessDenied;
}

/** What is not known is not gone. */
async function silentOrGone(
  client: ClusterClient,
  follower: Follower,
  reason: string,
): Promise<FollowerState> {
  try {
    const found = await findAgain(client, follower.proxy);
    if (found === null) return { kind: 'gone' };
    follower.proxy = found;
  } catch (error) {
    if (!isRetryable(error)) throw error;
  }
  return { kind: 'silent', reason };
}

/** Takes a last look at the pods of those that are awaited: they may be gone, or on their way, by now. */
export async function dropGone(client: ClusterClient, followers: readonly Follower[]): Promise<void> {
  try {
    const proxies = await abortable(timeLimit(lastLook), () => listProxies(client));
    const now = new Map(proxies.map((proxy) => [`${nameOf(proxy)} ${proxy.uid ?? ''}`, proxy]));
    for (const follower of followers.filter(isAwaited)) {
      const found = now.get(`${nameOf(follower.proxy)} ${follower.proxy.uid ?? ''}`);
      if (found === undefined) follower.state = { kind: 'gone' };
      else follower.proxy = found;
    }
  } catch {
    // Without it they are told as they were seen last.
    Context.current().cancellationSignal.throwIfAborted();
  }
}
