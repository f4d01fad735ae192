/** Weights that somebody else changed while a stage held. */
import type { Drift } from '../domain/rollout.ts';
import { effectiveWeights } from '../domain/stage-plan.ts';
import type { StageSpec } from '../domain/spec/document.ts';
import { describeDrift } from './details.ts';
import type { Delivery } from './run.ts';
import { shiftTraffic } from './traffic.ts';

/** A stage that has its weights, and from when to when. */
export interface WeightedStage {
  readonly delivery: Delivery;
  readonly stage: StageSpec;
  /** Since when the proxies have had the weights, as ISO 8601. */
  since: string;
  /** Until when the stage is to be watched, in ms since 1970. */
  deadline: number;
}

/** Reports what a watch found. */
export function noteDrifts({ delivery, stage }: WeightedStage, drifts: readonly Drift[]): void {
  if (drifts.length === 0) return;
  const { status, notices } = delivery.run;
  status.drift(stage, drifts);
  notices.tell({ event: 'drift', stage: stage.name, message: drifts.map(describeDrift).join('; ') });
}

/** Gives a stage its own weights back; it then holds for what was left of its time when they were lost. */
export async function putRight(
  hold: WeightedStage,
  { endedAt }: { readonly endedAt: string },
): Promise<void> {
  const { delivery, stage } = hold;
  const { stages } = delivery.spec;
  const left = Math.max(0, hold.deadline - Date.parse(endedAt));
  hold.since = await shiftTraffic(delivery, stage, effectiveWeights(stages, stages.indexOf(stage)));
  hold.deadline = Date.parse(hold.since) + left;
  delivery.run.status.enter(`holding ${stage.name} until ${new Date(hold.deadline).toISOString()}`);
}
