/** Whether a run ended as its plan implies, and took back what it had to. */
import type { RolloutResult } from '../../../domain/rollout.ts';
import type { Plan } from '../plan/plan.ts';

export interface Ended {
  readonly exitCode: number;
  readonly result: RolloutResult;
  readonly runId: string;
}

const exitCodes = { Promoted: 0, Failed: 1, RolledBack: 3, Aborted: 4 } as const;

/** What is wrong with how it ended, in words. */
export function wrongOutcome({ ending, onFailure }: Plan, { exitCode, result, runId }: Ended): string[] {
  const { outcome, reason, undone, stages } = result;
  const wrong: string[] = [];
  if (outcome !== ending.outcome) wrong.push(`${outcome} (${reason}) where ${ending.outcome} was implied`);
  if (exitCode !== exitCodes[outcome]) wrong.push(`exit code ${exitCode} for ${outcome}`);
  if (result.runId !== runId) wrong.push(`the result is that of run ${result.runId}, not of ${runId}`);
  for (const { name, outcome: undo, reason: why } of undone)
    if (undo !== 'done') wrong.push(`undo of ${name} ${undo}: ${why}`);
  const names = undone.map(({ name }) => name);
  if (new Set(names).size < names.length) wrong.push(`undone more than once: ${names.join(', ')}`);
  if (outcome === 'Promoted') {
    if (names.length > 0) wrong.push(`promoted, and yet undone: ${names.join(', ')}`);
    const other = stages.filter(({ verdict }) => verdict !== 'pass').map(({ name }) => name);
    if (other.length > 0) wrong.push(`promoted, and yet not passed: ${other.join(', ')}`);
  } else {
    wrong.push(...wrongUndo(names, onFailure));
  }
  return wrong;
}

/** Traffic goes back first; what the run made goes only where the document says so. */
function wrongUndo(names: readonly string[], onFailure: Plan['onFailure']): string[] {
  const more = onFailure === 'remove' ? ['routes', 'subsets', 'application'] : [];
  const missing = ['traffic', ...more].filter((name) => !names.includes(name));
  const wrong = missing.map((name) => `${name} was not undone`);
  if (names[0] !== 'traffic') wrong.push(`undone before traffic: ${names[0] ?? 'nothing'}`);
  if (onFailure === 'keep' && names.length > 1)
    wrong.push(`removed although it was to be kept: ${names.join(', ')}`);
  return wrong;
}
