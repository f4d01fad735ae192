/** Weights that somebody else changed while a stage held. */
import { mostRewrites } from '../domain/defaults.ts';
import type { Drift } from '../domain/rollout.ts';
import { effectiveWeights } from '../domain/stage-plan.ts';
import type { StageSpec } from '../domain/spec/document.ts';
import { isFight, remediesOf, rewriteTimes } from '../domain/weight-fight.ts';
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
  /** When other weights were found, since a person last decided about them; the oldest first. */
  rewrites: readonly string[];
  /** Whether people were told of them, since then. */
  told: boolean;
  /** What they were not told yet. */
  readonly untold: Drift[];
}

/** Notes what a watch found, and tells people once it is known whether the run goes on by itself. */
export function noteDrifts(hold: WeightedStage, drifts: readonly Drift[], drifted: boolean): void {
  hold.rewrites = [...hold.rewrites, ...rewriteTimes(drifts)].slice(-mostRewrites);
  hold.untold.push(...drifts);
  if (drifts.length > 0) hold.delivery.run.status.drift(hold.stage, drifts);
  if (!drifted || isLeftToPerson(hold)) tellOfDrifts(hold, drifted);
}

function tellOfDrifts(hold: WeightedStage, waits: boolean): void {
  const { untold, stage, delivery } = hold;
  if (untold.length === 0) return;
  const drifts = untold.splice(0);
  const found = [drifts.map(describeDrift).join('; '), ...remediesOf(drifts)].join(': ');
  const message = waits ? `${leftToPerson(hold)}: ${found}` : found;
  delivery.run.notices.tell({ event: 'drift', stage: stage.name, message });
  hold.told = true;
}

/** A person has decided about other weights: what follows is counted, and told, anew. */
export function countAnew(hold: WeightedStage): void {
  hold.rewrites = [];
  hold.told = false;
}

/** Whether other weights stay until a person decides: the document says so, or a tool keeps writing them. */
export function isLeftToPerson({ delivery, rewrites }: WeightedStage): boolean {
  return delivery.spec.drift === 'pause' || isFight(rewrites);
}

/** What a person is to decide, in words. */
export function leftToPerson({ stage, rewrites }: WeightedStage): string {
  const why = isFight(rewrites) ? `its weights were changed ${rewrites.length} times` : 'has other weights';
  return `${stage.name} waits, ${why}: resume to put its own back, abort to go back`;
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
