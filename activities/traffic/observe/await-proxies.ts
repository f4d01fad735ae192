import { ApplicationFailure, Context } from '@temporalio/activity';
import { formatDuration } from '../../../domain/duration.ts';
import { FailureType } from '../../../domain/failure.ts';
import { heartbeatWhile } from '../../heartbeat.ts';
import type { ClusterClient } from '../../kubernetes/index.ts';
import { listCallers, type Proxy } from '../../proxies/proxies.ts';
import { dropGone, followProxies } from './follow-proxies.ts';
import type { ProxyWait } from './proxy-wait.ts';
import { isLate, isUnconfirmed, listFollowers, type Follower } from './follower.ts';

/**
 * Waits until every proxy that can send to the services has what is awaited. Proxies that cannot be asked do not stop it:
 * those of ready pods are waited for until the deadline, those of pods that terminate, are not ready or are on a lost
 * node no longer than for the others.
 * @returns warnings that name who did not confirm; empty when all did
 * @throws ApplicationFailure `DeadlineExceeded`, not retryable, when the proxy of a ready pod answers with something else
 * until the deadline, or when no proxy confirmed
 */
export async function awaitProxies(client: ClusterClient, wait: ProxyWait): Promise<string[]> {
  const deadline = performance.now() + wait.timeout;
  let followers: readonly Follower[] = [];
  const words = () => progressOf(followers, wait);
  return await heartbeatWhile(words, async () => {
    const [callers] = await Promise.all([listCallers(client), Context.current().sleep(wait.delay)]);
    followers = callers.envoys.map((proxy) => ({ proxy, state: { kind: 'unasked' } }));
    const isOver = await followProxies(client, followers, wait, deadline);
    if (!isOver) await dropGone(client, followers);
    refuse(followers, wait, isOver);
    return warningsOf(followers, callers.proxyless, wait);
  });
}

/** @throws ApplicationFailure when the wait must not be taken for a good end */
function refuse(followers: readonly Follower[], wait: ProxyWait, isOver: boolean): void {
  if (isOver) return;
  const late = followers.filter(isLate);
  if (late.length > 0)
    throw overdue(
      `${late.length} of ${followers.length} proxies do not have ${wait.what} yet: ${listFollowers(late)}`,
      wait,
    );
  if (wait.concerns === undefined || followers.some(({ state }) => state.kind === 'confirmed')) return;
  const silent = followers.filter(isUnconfirmed);
  const reason =
    silent.length > 0
      ? `${silent.length} of ${followers.length} proxies do not tell: ${listFollowers(silent)}`
      : `${followers.length} proxies run, and none can send to the service`;
  throw overdue(`no proxy has confirmed ${wait.what}: ${reason}`, wait);
}

function warningsOf(
  followers: readonly Follower[],
  proxyless: readonly Proxy[],
  { what }: ProxyWait,
): string[] {
  const unconfirmed = [
    ...followers.filter(isUnconfirmed),
    ...proxyless.map((proxy): Follower => ({
      proxy,
      state: { kind: 'silent', reason: 'proxyless gRPC, it has no Envoy to ask' },
    })),
  ];
  return unconfirmed.length === 0 ? [] : [`${what}: written, not confirmed by ${listFollowers(unconfirmed)}`];
}

function progressOf(followers: readonly Follower[], { what }: ProxyWait): string {
  const open = followers.filter(({ state }) => state.kind === 'lacks' || state.kind === 'silent');
  if (open.length === 0) return `waiting for the proxies to have ${what}`;
  return `${open.length} of ${followers.length} proxies do not have ${what} yet: ${listFollowers(open)}`;
}

function overdue(words: string, { timeout }: ProxyWait): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `after ${formatDuration(timeout)}, ${words}`,
    FailureType.deadlineExceeded,
  );
}
