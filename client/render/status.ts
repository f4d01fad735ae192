import type { RolloutStatus } from '../../domain/rollout.ts';
import { formatWeights } from '../../domain/weights.ts';
import type { Retry } from '../connection/session.ts';
import { formatRetry } from './retry.ts';
import { formatDecision } from './decision.ts';
import { formatDrift } from './drift.ts';
import { formatGates } from './gates.ts';
import { formatHints } from './hints.ts';
import { formatUndo } from './result.ts';
import { formatStages } from './stages.ts';

/**
 * Where a rollout is, for a person.
 * @param status of the rollout
 * @param retry of the step that it is at; null where it goes well
 */
export function formatStatus(status: RolloutStatus, retry: Retry | null = null): string {
  const { workflowId, runId, phase, step, stages, weights, addresses, warnings, undone } = status;
  const lines = [
    ...events(status),
    ...warnings.map((warning) => `warning: ${warning}`),
    Object.keys(weights).length > 0 ? `traffic: ${formatWeights(weights)}` : '',
    ...Object.entries(addresses).map(([name, url]) => `${name}: ${url}`),
    ...undone.map(formatUndo),
  ];
  const again = retry === null ? '' : `${formatRetry(retry)}\n`;
  const head = `${phase}: ${step}\n${again}${workflowId} (run ${runId})`;
  const table = stages.length > 0 ? formatStages(stages) : '';
  const hints = formatHints(status).join('\n');
  return [head, table, formatGates(stages), lines.filter(Boolean).join('\n'), hints]
    .filter(Boolean)
    .join('\n\n');
}

/** What people decided, and what others changed, in the order in which it happened. */
function events({ decisions, stages }: RolloutStatus): string[] {
  const drifts = stages.flatMap((stage) => stage.drifts);
  return [
    ...decisions.map((decision) => ({ at: decision.at, text: formatDecision(decision) })),
    ...drifts.map((drift) => ({ at: drift.at, text: formatDrift(drift) })),
  ]
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .map(({ at, text }) => `${at} ${text}`);
}
