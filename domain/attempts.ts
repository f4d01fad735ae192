import type { StageResult } from './rollout.ts';

/**
 * A row for each attempt at a stage.
 * @param stages as a status or result lists them
 * @returns the failed attempts of a stage before its latest one, each with its number in the name; stages that were tried once as
 *   they are
 */
export function attemptRows(stages: readonly StageResult[]): readonly StageResult[] {
  return stages.flatMap((stage) => {
    const { attempts = [], ...latest } = stage;
    if (attempts.length === 0) return [latest];
    const rows = [...attempts.map((attempt) => ({ ...latest, ...attempt, drifts: [] })), latest];
    return rows.map((row, index) => ({ ...row, name: `${stage.name} (attempt ${index + 1})` }));
  });
}
