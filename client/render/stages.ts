import { attemptRows } from '../../domain/attempts.ts';
import { formatDuration } from '../../domain/duration.ts';
import type { StageResult } from '../../domain/rollout.ts';
import { formatWeights } from '../../domain/weights.ts';
import { formatTable } from './table.ts';

const head = ['STAGE', 'WEIGHTS', 'VERDICT', 'STARTED', 'SHIFT', 'HELD', 'REQUESTS', 'REASON'];

/** Stages as a table: when each started (UTC), how long its shift took and its hold lasted, and what came of it. */
export function formatStages(stages: readonly StageResult[]): string {
  return formatTable(head, attemptRows(stages).map(row));
}

function row(stage: StageResult): string[] {
  const { startedAt, observedAt, endedAt } = stage;
  return [
    stage.name,
    Object.entries(stage.weights)
      .map(([host, weights]) => formatWeights({ [host]: weights }))
      .join('\n'),
    stage.verdict ?? (startedAt === null ? '-' : endedAt === null ? 'open' : 'none'),
    startedAt === null ? '-' : startedAt.slice(11, 19),
    between(startedAt, observedAt),
    between(observedAt, endedAt),
    stage.requests === null ? '-' : String(stage.requests),
    stage.reason,
  ];
}

function between(start: string | null, end: string | null): string {
  return start === null || end === null ? '-' : formatDuration(Date.parse(end) - Date.parse(start));
}
