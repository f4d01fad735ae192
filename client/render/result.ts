import type { RolloutResult, UndoEntry } from '../../domain/rollout.ts';
import { formatWeights } from '../../domain/weights.ts';
import { formatDrift } from './drift.ts';
import { formatGates } from './gates.ts';
import { formatStages } from './stages.ts';

/** The result of a rollout for a person. */
export function formatResult(result: RolloutResult): string {
  const { outcome, reason, workflowId, runId, stages, weights, addresses, undone } = result;
  const sections = [
    `${outcome}${reason ? `: ${reason}` : ''}\n${workflowId} (run ${runId})`,
    stages.length > 0 ? formatStages(stages) : '',
    formatGates(stages),
    [
      Object.keys(weights).length > 0 ? `traffic: ${formatWeights(weights)}` : '',
      ...Object.entries(addresses).map(([name, url]) => `${name}: ${url}`),
      ...stages.flatMap(({ drifts }) => drifts.map(formatDrift)),
      ...undone.map(formatUndo),
    ]
      .filter(Boolean)
      .join('\n'),
  ];
  return sections.filter(Boolean).join('\n\n');
}

/** One thing that was taken back. */
export function formatUndo({ name, outcome, reason }: UndoEntry): string {
  return `undo ${name}: ${outcome}${reason ? `, ${reason}` : ''}`;
}
