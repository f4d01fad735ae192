/** Weights that somebody else changed while a stage held. */
import type { Drift } from '../domain/rollout.ts';
import { effectiveWeights } from '../domain/stage-plan.ts';
import { describeDrift } from './details.ts';
import { shiftTraffic } from './traffic.ts';
import type { Hold, Seen } from './watch.ts';

/** Reports what a watch found. */
export function noteDrifts({ delivery, stage }: Hold, drifts: readonly Drift[]): void {
  if (drifts.length === 0) return;
  const { status, notices } = delivery.run;
  status.drift(stage, drifts);
  notices.tell({ event: 'drift', stage: stage.name, message: drifts.map(describeDrift).join('; ') });
}

/** Gives a stage its own weights back; it then holds for what was left of its time when they were lost. */
export async function putRight(hold: Hold, { endedAt }: Seen): Promise<void> {
  const { delivery, stage } = hold;
  const { stages } = delivery.spec;
  const left = Math.max(0, hold.deadline - Date.parse(endedAt));
  hold.since = await shiftTraffic(delivery, stage, effectiveWeights(stages, stages.indexOf(stage)));
  hold.deadline = Date.parse(hold.since) + left;
  delivery.run.status.enter(`holding ${stage.name} until ${new Date(hold.deadline).toISOString()}`);
}
