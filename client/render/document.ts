/** A document for the Web UI. */
import { describeDiversion, diversionsOf } from '../../domain/diversions.ts';
import { formatDuration } from '../../domain/duration.ts';
import type { ApprovalSpec, Document, StageSpec } from '../../domain/spec/document.ts';
import { formatWeights } from '../../domain/weights.ts';

/** Temporal takes 400 bytes of summary and 20,000 of details. */
const longestSummary = 200;
const longestDetails = 15_000;

/** One line: the rollout's name and its stages. */
export function summarize({ name, spec }: Document): string {
  return `${name}: ${spec.stages.map((stage) => stage.name).join(', ')}`.slice(0, longestSummary);
}

/** Markdown: the plan. */
export function detail({ kind, name, spec }: Document): string {
  const stable = spec.services.map(({ host, stable }) => `${host} ${stable}`).join(', ');
  const head = `**${kind} ${name}** in namespace ${spec.namespace}, stable: ${stable}`;
  const limit =
    spec.progressDeadline === null ? [] : [`At most ${formatDuration(spec.progressDeadline)}.`, ''];
  return [head, '', ...limit, ...spec.stages.map(listed)].join('\n').slice(0, longestDetails);
}

function listed(stage: StageSpec): string {
  return `1. ${describeStage(stage, (name) => `**${name}**`)}`;
}

/** One line: weights, hold, and what judges; `mark` writes the name. */
export function describeStage(stage: StageSpec, mark: (name: string) => string): string {
  const { name, weights, hold, gates, approval, progressDeadline } = stage;
  const judged = gates.map((gate) => `${gate.name}${gate.dryRun ? ' (dry run)' : ''}`).join(', ');
  const parts = [
    formatWeights(weights),
    ...describeDiverted(stage),
    `hold ${formatDuration(hold)}`,
    ...(judged === '' ? [] : [`gates ${judged}`]),
    ...(progressDeadline === null ? [] : [`at most ${formatDuration(progressDeadline)}`]),
  ];
  return `${mark(name)}${approval === null ? '' : ` (${describeApproval(approval)})`}: ${parts.join(', ')}`;
}

/** Whom a stage diverts, by host: `reviews testers to v2 (header x-tester)`. */
function describeDiverted(stage: StageSpec): string[] {
  return Object.entries(diversionsOf([stage], 0)).flatMap(([host, diversion]) => {
    const words = describeDiversion(diversion);
    return words === '' ? [] : [`${host} ${words}`];
  });
}

function describeApproval({ approvers, timeout, then }: ApprovalSpec): string {
  const who = approvers === null ? '' : ` of ${approvers.join(' or ')}`;
  const next = then === 'goOn' ? 'goes on without' : 'rolls back';
  return `on approval${who}${timeout === null ? '' : `, ${next} after ${formatDuration(timeout)}`}`;
}
