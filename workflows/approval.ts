/** Stages that wait for somebody's approval before their shift. */
import { ApplicationFailure, condition } from '@temporalio/workflow';
import { formatDuration } from '../domain/duration.ts';
import { FailureType } from '../domain/failure.ts';
import type { ApprovalSpec, StageSpec } from '../domain/spec/document.ts';
import type { Run } from './run.ts';
import { whileWatched } from './standing.ts';
import type { Hold } from './watch.ts';

/**
 * Waits until somebody who may approves the stage, or promotes the whole rollout. The gates of the stage whose weights stand
 * watch meanwhile.
 * @param standing the stage before, null before the first
 * @throws GateFailed when one of those gates fails
 * @throws NotApproved when nobody did in time, and the document says to roll back then
 */
export async function awaitApproval(
  run: Run,
  { name, approval }: StageSpec,
  standing: Hold | null,
): Promise<void> {
  const { steering, status, notices } = run;
  if (!approval || steering.promoted) return;
  status.enter(`waiting for approval of ${name}`, 'WaitingApproval');
  notices.tell({ event: 'approval', stage: name, message: `${name} waits for approval${terms(approval)}` });
  const question = { stage: name, answers: ['approve'], approvers: approval.approvers } as const;
  const given = () => steering.answer !== null || steering.promoted !== null;
  const inTime = await steering.ask(question, () =>
    whileWatched(standing, () => waitFor(given, approval.timeout, name)),
  );
  if (!inTime) giveUp(run, name, approval);
  status.enter(`${name} is approved`, 'Progressing');
}

async function waitFor(given: () => boolean, timeout: number | null, stage: string): Promise<boolean> {
  const summary = `waiting for approval of ${stage}`;
  if (timeout !== null) return await condition(given, timeout, { summary });
  return await condition(given).then(() => true);
}

function giveUp({ steering }: Run, stage: string, { timeout, then }: ApprovalSpec): void {
  const nobody = `nobody approved it within ${formatDuration(timeout ?? 0)}`;
  if (then === 'rollBack')
    throw ApplicationFailure.nonRetryable(`stage ${stage}: ${nobody}`, FailureType.notApproved);
  steering.decide('approve', `${nobody}, and the document says to go on then`);
}

function terms({ approvers, timeout }: ApprovalSpec): string {
  const by = approvers ? ` by ${approvers.join(' or ')}` : '';
  return timeout === null ? by : `${by} within ${formatDuration(timeout)}`;
}
