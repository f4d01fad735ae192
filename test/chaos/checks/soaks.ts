/** Whether every stage held as long as its document says, and once. */
import type { RolloutResult, StageResult } from '../../../domain/rollout.ts';
import { hold } from '../plan/plan.ts';
import type { ActivityRecord, RunHistory } from '../run/history.ts';
import type { Shifted } from './writes.ts';

/** How much longer than its hold a stage had its weights, in ms, by the clock of the API server. */
export interface Soak {
  readonly stage: string;
  readonly over: number;
}

/** Passed stages with the time from the write of their weights to the next one, or to the end of the run. */
export function soaksOf(
  { stages }: RolloutResult,
  shifts: readonly Shifted[],
  { closedAt }: RunHistory,
): Soak[] {
  return stages
    .map((stage, index) => ({ stage, from: shifts[index]?.at, until: shifts[index + 1]?.at ?? closedAt }))
    .filter(({ stage }) => stage.verdict === 'pass')
    .flatMap(({ stage: { name }, from, until }) =>
      from === undefined || until === null ? [] : [{ stage: name, over: until - from - hold }],
    );
}

/** What is wrong with the soaks, in words. */
export function wrongSoaks(
  result: RolloutResult,
  soaks: readonly Soak[],
  { activities }: RunHistory,
): string[] {
  const short = soaks
    .filter(({ over }) => over < 0)
    .map(({ stage, over }) => `${stage} held ${hold + over} ms instead of ${hold} ms`);
  return [...short, ...result.stages.flatMap((stage) => repeated(stage, activities))];
}

interface WatchInput {
  readonly workflowStage: string;
  readonly since: string;
  readonly deadline: string | null;
}

interface Watched {
  readonly input: WatchInput;
  readonly verdict: unknown;
  readonly completedAt: number | null;
}

/**
 * A stage is watched until one deadline, one hold after it was seen; again only after a watch that could not tell, or
 * one that ended before its deadline by Temporal's clock, the worker's being ahead.
 */
function repeated({ name, observedAt }: StageResult, activities: readonly ActivityRecord[]): string[] {
  const watches = activities
    .filter(({ type }) => type === 'watchStage')
    .map(({ input, result, completedAt }) => ({
      input: input as WatchInput,
      verdict: verdictOf(result),
      completedAt,
    }))
    .filter(({ input }) => input.workflowStage === name);
  const [first] = watches;
  if (first === undefined || observedAt === null) return [];
  const planned = Date.parse(first.input.deadline ?? '') - Date.parse(observedAt);
  const wrong = planned === hold ? [] : [`${name} was to hold for ${planned} ms instead of ${hold} ms`];
  const again = watches.slice(0, -1).filter((watch) => hasSaid(watch)).length;
  return again === 0
    ? wrong
    : [...wrong, `${name} was watched again although its gates had said what they saw`];
}

function hasSaid({ input, verdict, completedAt }: Watched): boolean {
  const isEarly = verdict === 'pass' && (completedAt ?? Infinity) < Date.parse(input.deadline ?? '');
  return verdict !== 'inconclusive' && !isEarly;
}

function verdictOf(result: unknown): unknown {
  return (result as { verdict?: unknown } | undefined)?.verdict;
}
