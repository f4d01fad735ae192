/** Stages that failed, and may be tried again. */
import { CancellationScope, condition } from '@temporalio/workflow';
import { formatDuration } from '../domain/duration.ts';
import type { StageSpec } from '../domain/spec/document.ts';
import { takeBack } from './compensation.ts';
import type { Delivery } from './run.ts';
import { restoreTraffic } from './traffic.ts';

/**
 * Puts traffic back, then waits for somebody to have a failed stage tried again.
 * @param retries how often it was tried again already
 * @returns whether it is to be tried again; at once where the document leaves that to nobody
 */
export async function retryWanted(
  delivery: Delivery,
  { name }: StageSpec,
  reason: string,
  retries: number,
): Promise<boolean> {
  const { steering, status } = delivery.run;
  const { timeout, limit } = delivery.spec.retry;
  if (timeout === 0 || retries >= limit) return false;
  status.enter(`${name} failed (${reason}), putting traffic back`, 'RollingBack');
  if (!(await restored(delivery))) return false;
  const within = formatDuration(timeout);
  status.enter(
    `${name} failed (${reason}): retry to try it again, abort to end, within ${within}`,
    'WaitingRetry',
  );
  const question = { stage: name, answers: ['retry'], approvers: null } as const;
  const summary = `waiting for retry of ${name}`;
  const wanted = await steering.ask(question, () =>
    condition(() => steering.answer !== null, timeout, { summary }),
  );
  if (wanted) status.enter(`trying ${name} again`, 'Progressing');
  return wanted;
}

/** Not reported when it fails: the end of the run, which comes then, tries again and reports that. */
async function restored(delivery: Delivery): Promise<boolean> {
  const undo = { name: 'traffic', run: () => restoreTraffic(delivery) };
  return await CancellationScope.nonCancellable(() => takeBack(undo, () => undefined));
}
