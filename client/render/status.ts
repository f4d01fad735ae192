import type { RolloutStatus } from '../../domain/rollout.ts';
import { formatWeights } from '../../domain/weights.ts';
import { formatUndo } from './result.ts';
import { formatStages } from './stages.ts';

/** Where a rollout is, for a person. */
export function formatStatus(status: RolloutStatus): string {
  const { workflowId, runId, phase, step, stages, weights, addresses, undone } = status;
  const lines = [
    ...decisions(status),
    Object.keys(weights).length > 0 ? `traffic: ${formatWeights(weights)}` : '',
    ...Object.entries(addresses).map(([name, url]) => `${name}: ${url}`),
    ...undone.map(formatUndo),
  ];
  const head = `${phase}: ${step}\n${workflowId} (run ${runId})`;
  const table = stages.length > 0 ? formatStages(stages) : '';
  return [head, table, lines.filter(Boolean).join('\n')].filter(Boolean).join('\n\n');
}

function decisions({ decisions }: RolloutStatus): string[] {
  return decisions.map(
    ({ action, by, reason, at }) => `${at} ${action} by ${by}${reason ? `: ${reason}` : ''}`,
  );
}
