/** What watches that have not ended yet count, as their heartbeats tell it. */
import * as z from 'zod';
import type { GateReport, RolloutStatus, StageResult } from './rollout.ts';

/** The latest heartbeat of a stage's watch. */
export interface LiveEvidence {
  /** Name of the stage. */
  readonly stage: string;
  /** Requests of the judged subsets; null where no gate counts. */
  readonly requests: number | null;
  readonly gates: readonly GateReport[];
}

const heartbeat = z.object({
  stage: z.string(),
  requests: z.number().nullable(),
  evidence: z.array(z.looseObject({ reports: z.array(z.looseObject({ verdict: z.string() })) })),
});

/**
 * Reads a heartbeat of a watch.
 * @param details of a heartbeat of any activity
 * @returns null for what is none of a watch
 */
export function readLiveEvidence(details: unknown): LiveEvidence | null {
  const { data } = heartbeat.safeParse(details);
  if (data === undefined) return null;
  const { stage, requests, evidence } = data;
  return { stage, requests, gates: evidence.flatMap(({ reports }) => reports as unknown as GateReport[]) };
}

/**
 * A status whose stages show what their open watches count by now, also while a stage is paused past its hold.
 * @param status as the run tells it: its rows have what watches saw that have ended
 * @param live what open watches count
 */
export function withLiveEvidence(status: RolloutStatus, live: readonly LiveEvidence[]): RolloutStatus {
  if (live.length === 0) return status;
  const latest = new Map(live.map((one) => [one.stage, one]));
  return { ...status, stages: status.stages.map((stage) => merge(stage, latest.get(stage.name))) };
}

function merge(stage: StageResult, live: LiveEvidence | undefined): StageResult {
  if (live === undefined || live.gates.length === 0) return stage;
  const { gates, requests } = live;
  return { ...stage, gates, requests: requests ?? stage.requests };
}
