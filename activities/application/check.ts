import { ApplicationFailure } from '@temporalio/activity';
import { FailureType } from '../../domain/failure.ts';
import { messageOf } from '../../domain/message-of.ts';
import type { CheckSpec, HttpCheckSpec, InsideCheckSpec } from '../../domain/spec/application.ts';
import { heartbeatWhile } from '../heartbeat.ts';
import type { ClusterClient } from '../kubernetes/client.ts';
import { isRetryable } from '../kubernetes/failure.ts';
import { lookUntil } from '../kubernetes/wait.ts';
import { describeExecCheck, lookByExec } from './exec-check.ts';
import { describeHttpCheck, lookByHttp } from './http-check.ts';
import type { Address } from './ingress.ts';
import { checkByJob } from './job-check.ts';

/** Between two looks of a check, in ms. */
const interval = 1_000;

type Tell = (missing: string) => void;

/** Makes the checks that run in the cluster's own pods, all at once, each until it passes or its time is over. */
export async function checkInside(
  client: ClusterClient,
  namespace: string,
  checks: readonly InsideCheckSpec[],
): Promise<void> {
  await all(checks, async (check, tell) => {
    if (check.kind === 'job') {
      await checkByJob(client, namespace, check);
      return;
    }
    const wait = { until: describeExecCheck(check), timeout: check.timeout, interval };
    await lookUntil(wait, () => lookByExec(client, namespace, check), tell);
  });
}

/**
 * The same through a gateway; the URL of each check, by its name.
 * @param find tells the gateway's base URL, or what is missing of it
 */
export async function checkOutside(
  find: () => Promise<Address>,
  checks: readonly HttpCheckSpec[],
): Promise<Record<string, string>> {
  const urls = await all(checks, async (check, tell) => {
    const wait = { until: describeHttpCheck(check), timeout: check.timeout, interval };
    return await lookUntil(wait, () => lookByHttp(find, check), tell);
  });
  return Object.fromEntries(checks.map(({ name }, index) => [name, urls[index] ?? '']));
}

/** Waits for all, so that a message names every check that does not pass; heartbeats what is missing. */
async function all<Check extends CheckSpec, T>(
  checks: readonly Check[],
  make: (check: Check, tell: Tell) => Promise<T>,
): Promise<T[]> {
  const missing = new Map<string, string>(checks.map(({ name }) => [name, 'not seen yet']));
  const ended = await heartbeatWhile(
    () => [...missing].map(([name, words]) => `${name}: ${words}`).join('; '),
    () =>
      Promise.allSettled(
        checks.map(async (check) => {
          const result = await make(check, (words) => missing.set(check.name, words));
          missing.delete(check.name);
          return result;
        }),
      ),
  );
  const failed = ended.flatMap((one, index) =>
    one.status === 'rejected' ? [{ name: checks[index]?.name ?? '', error: one.reason as unknown }] : [],
  );
  if (failed.length > 0) throw combine(failed);
  return ended.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}

/** What a retry may cure, or a cancellation, stays what it is. */
function combine(failed: readonly { readonly name: string; readonly error: unknown }[]): unknown {
  const passing = failed.find(({ error }) => !(error instanceof ApplicationFailure) || isRetryable(error));
  if (passing !== undefined) return passing.error;
  const reasons = failed.map(({ name, error }) => `check ${name}: ${messageOf(error)}`);
  return ApplicationFailure.nonRetryable(reasons.join('; '), FailureType.checkFailed);
}
