/** The stages, straight down: approval, pause, shift, hold, verdict. */
import { ApplicationFailure } from '@temporalio/workflow';
import { FailureType } from '../domain/failure.ts';
import type { RecordedDecision, Weights } from '../domain/rollout.ts';
import type { StageSpec } from '../domain/spec/document.ts';
import { effectiveWeights } from '../domain/stage-plan.ts';
import { awaitApproval } from './approval.ts';
import { within } from './deadline.ts';
import { type Held, holdStage, openHold } from './hold.ts';
import { retryWanted } from './retry.ts';
import type { Delivery } from './run.ts';
import { shiftTraffic } from './traffic.ts';
import { whileWatched } from './standing.ts';
import type { Hold } from './watch.ts';

/**
 * Delivers every stage, or what a person leaves of them.
 * @throws GateFailed when a gate said no, also while a stage's weights stand and the next one waits, or when a stage stayed inconclusive and the document says to roll back
 * @throws NotApproved when nobody approved a stage in time
 * @throws DeadlineExceeded when the stages, or one of them, did not end within their progress deadline
 */
export async function deliverStages(delivery: Delivery): Promise<void> {
  const { run, spec } = delivery;
  const { steering } = run;
  await within({ what: 'the rollout', limit: spec.progressDeadline }, steering, async () => {
    // The stage whose weights stand: its gates watch whatever the next one waits for.
    let standing: Hold | null = null;
    for (const [index, stage] of spec.stages.entries()) {
      steering.ahead = spec.stages.slice(index);
      await awaitApproval(run, stage, standing);
      await awaitUnpaused(delivery, stage, standing);
      if (steering.promoted) {
        await finish(delivery, steering.ahead, steering.promoted);
        return;
      }
      steering.ahead = spec.stages.slice(index + 1);
      standing = await deliverStage(delivery, stage);
    }
  });
}

async function deliverStage(delivery: Delivery, stage: StageSpec): Promise<Hold> {
  let { held, hold } = await tryStage(delivery, stage, stage.weights);
  for (let retries = 0; !held.accepted; retries++) {
    const { reason } = held;
    delivery.run.notices.tell({
      event: 'stageFailed',
      stage: stage.name,
      message: `${stage.name}: ${reason}`,
    });
    if (!(await retryWanted(delivery, stage, reason, retries)))
      throw ApplicationFailure.nonRetryable(`stage ${stage.name}: ${reason}`, FailureType.gateFailed);
    // By now traffic is where it was before the first stage.
    await awaitUnpaused(delivery, stage, null);
    ({ held, hold } = await tryStage(delivery, stage, weightsOf(delivery, stage)));
  }
  return hold;
}

async function tryStage(
  delivery: Delivery,
  stage: StageSpec,
  weights: Weights,
): Promise<{ held: Held; hold: Hold }> {
  const { status, steering } = delivery.run;
  const deadline = { what: `stage ${stage.name}`, limit: stage.progressDeadline };
  return await within(deadline, steering, async () => {
    status.begin(stage);
    const observedAt = await shiftTraffic(delivery, stage, weights);
    status.note(stage, { observedAt });

    const hold = openHold(delivery, stage, observedAt);
    const held = await holdStage(hold);
    const { verdict, reason, endedAt } = held;
    status.note(stage, { verdict, reason, endedAt: status.time(endedAt) });
    return { held, hold };
  });
}

/** Gives the services the weights of the last stage at once: just holds and gates are skipped, no check of the shift. */
async function finish(
  delivery: Delivery,
  left: readonly StageSpec[],
  { by, reason }: RecordedDecision,
): Promise<void> {
  const { status } = delivery.run;
  const promoted = `${by} promoted the rollout${reason && ` (${reason})`}`;
  for (const stage of left.slice(0, -1)) status.note(stage, { reason: `skipped: ${promoted}` });
  for (const last of left.slice(-1)) {
    status.begin(last);
    const observedAt = await shiftTraffic(delivery, last, weightsOf(delivery, last));
    status.note(last, { observedAt, endedAt: observedAt, reason: promoted });
  }
}

function weightsOf({ spec }: Delivery, stage: StageSpec): Weights {
  return effectiveWeights(spec.stages, spec.stages.indexOf(stage));
}

async function awaitUnpaused({ run }: Delivery, stage: StageSpec, standing: Hold | null): Promise<void> {
  const { steering, status } = run;
  if (!steering.paused) return;
  status.enter(`paused before ${stage.name}`);
  await whileWatched(standing, () => steering.unpaused());
}
