import { Context } from '@temporalio/activity';
import { isRetryable, type ClusterClient } from '../kubernetes/index.ts';
import { trialOf, type Question, type Way } from './ways.ts';

/** Which way worked, by cluster, then by kind of question and namespace: rights are given by namespace. */
const proven = new WeakMap<ClusterClient, Map<string, Way>>();

/**
 * Asks by the way that worked for the proxy's namespace; before one did, and when that way is closed, by each in turn.
 * @throws ApplicationFailure of the first way that is open, else of the last, which takes the most rights
 */
export async function askBy(ways: readonly Way[], question: Question): Promise<string> {
  const known = knownWays(question.client);
  const key = `${ways[0]?.name} ${question.proxy.namespace}`;
  const used = known.get(key);
  const deadline = performance.now() + question.timeout;
  const left = ways.slice(used === undefined ? 0 : ways.indexOf(used));
  const failures: unknown[] = [];
  for (const [index, way] of left.entries()) {
    const isWhole = way === used || index === left.length - 1;
    const timeout = timeFor(way, deadline, isWhole);
    try {
      const answer = await way.ask({ ...question, timeout });
      // One proxy that was slow closes no way: the next one is asked by it again.
      if (way !== used && !failures.some(isRetryable)) remember(known, key, way, question);
      return answer;
    } catch (error) {
      Context.current().cancellationSignal.throwIfAborted();
      if (way === used && isRetryable(error)) throw error;
      if (!(way.isDirect === true)) failures.push(error);
    }
  }
  throw failures.find(isRetryable) ?? failures.at(-1);
}

function timeFor(way: Way, deadline: number, isWhole: boolean): number {
  const left = Math.max(deadline - performance.now(), 1);
  return isWhole ? left : trialOf(way, left);
}

function knownWays(client: ClusterClient): Map<string, Way> {
  const known = proven.get(client) ?? new Map<string, Way>();
  proven.set(client, known);
  return known;
}

function remember(known: Map<string, Way>, key: string, way: Way, { proxy }: Question): void {
  known.set(key, way);
  Context.current().log.info(`proxies of namespace ${proxy.namespace} are asked by ${way.name}`);
}
