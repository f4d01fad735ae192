/** The run as Markdown, for the Web UI. */
import type { RolloutStatus, StageResult } from '../domain/rollout.ts';
import { formatWeights } from '../domain/weights.ts';

/** One line of what is done, then a table of the stages. */
export function describeRun(status: RolloutStatus): string {
  const head = `**${status.phase}**: ${status.step}`;
  const paused = status.paused ? `Paused by ${status.paused.by}. ${status.paused.reason}`.trim() : '';
  return [head, paused, stageTable(status.stages)].filter(Boolean).join('\n\n');
}

function stageTable(stages: readonly StageResult[]): string {
  if (stages.length === 0) return '';
  const head = ['| Stage | Weights | State | Requests |', '| --- | --- | --- | --- |'];
  return [...head, ...stages.map(stageRow)].join('\n');
}

function stageRow(stage: StageResult): string {
  return `| ${stage.name} | ${formatWeights(stage.weights)} | ${stageState(stage)} | ${stage.requests ?? ''} |`;
}

function stageState({ startedAt, observedAt, endedAt, verdict, reason }: StageResult): string {
  if (endedAt)
    return [verdict, reason.replaceAll('|', '\\|').replaceAll('\n', ' ')].filter(Boolean).join(': ');
  if (observedAt) return 'holding';
  return startedAt ? 'shifting' : '';
}
