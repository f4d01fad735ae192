/** One stage, straight down: approval, pause, shift, hold, verdict. */
import { ApplicationFailure, condition } from '@temporalio/workflow';
import { FailureType } from '../domain/failure.ts';
import type { StageSpec } from '../domain/spec/document.ts';
import { holdStage } from './hold.ts';
import type { Delivery } from './run.ts';
import { shiftTraffic } from './traffic.ts';

/**
 * Delivers one stage.
 * @throws GateFailed when a gate said no, or when the stage stayed inconclusive and the document says to roll back
 */
export async function deliverStage(delivery: Delivery, stage: StageSpec): Promise<void> {
  const { status } = delivery.run;
  if (stage.approval) await awaitApproval(delivery, stage);
  await awaitUnpaused(delivery, stage);

  status.note(stage, { startedAt: status.time() });
  const observedAt = await shiftTraffic(delivery, stage);
  status.note(stage, { observedAt });

  const { accepted, endedAt, ...seen } = await holdStage(delivery, stage, observedAt);
  status.note(stage, { ...seen, endedAt: status.time(endedAt) });
  if (!accepted)
    throw ApplicationFailure.nonRetryable(`stage ${stage.name}: ${seen.reason}`, FailureType.gateFailed);
}

async function awaitApproval({ run }: Delivery, stage: StageSpec): Promise<void> {
  run.status.enter(`waiting for approval of ${stage.name}`, 'WaitingApproval');
  run.steering.ask(['approve']);
  await condition(() => run.steering.answered !== null);
  run.steering.ask([]);
  run.status.enter(`${stage.name} is approved`, 'Progressing');
}

async function awaitUnpaused({ run }: Delivery, stage: StageSpec): Promise<void> {
  if (!run.steering.paused) return;
  run.status.enter(`paused before ${stage.name}`);
  await run.steering.unpaused();
}
