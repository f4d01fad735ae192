/** A document for the Web UI. */
import { describeDiversion, diversionsOf } from '../../domain/diversions.ts';
import { formatDuration } from '../../domain/duration.ts';
import type { ApprovalSpec, Document, StageSpec } from '../../domain/spec/document.ts';
import { markdownText } from '../../domain/plain-text.ts';
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
  const head = `**${kind} ${markdownText(name)}** in namespace ${markdownText(`${spec.namespace}, stable: ${stable}`)}`;
  const limit =
    spec.progressDeadline === null ? [] : [`At most ${formatDuration(spec.progressDeadline)}.`, ''];
  return [head, '', ...limit, ...spec.stages.map(listed)].join('\n').slice(0, longestDetails);
}

function listed(stage: StageSpec): string {
  return `1. **${markdownText(stage.name)}**${describeTerms(stage, markdownText)}`;
}

/** What stands behind a stage's name in a line about it: approval, weights, hold, and what judges; `asText` escapes names. */
export function describeTerms(stage: StageSpec, asText: (name: string) => string): string {
  const { weights, hold, gates, approval, progressDeadline } = stage;
  const judged = gates.map((gate) => `${gate.name}${gate.dryRun ? ' (dry run)' : ''}`).join(', ');
  const parts = [
    formatWeights(weights),
    ...describeDiverted(stage, asText),
    `hold ${formatDuration(hold)}`,
    ...(judged === '' ? [] : [`gates ${judged}`]),
    ...(progressDeadline === null ? [] : [`at most ${formatDuration(progressDeadline)}`]),
  ];
  return `${approval === null ? '' : ` (${describeApproval(approval, asText)})`}: ${parts.join(', ')}`;
}

/** Whom a stage diverts, by host: `reviews testers to v2 (header x-tester)`. */
function describeDiverted(stage: StageSpec, asText: (words: string) => string): string[] {
  return Object.entries(diversionsOf([stage], 0)).flatMap(([host, diversion]) => {
    const words = describeDiversion(diversion);
    return words === '' ? [] : [asText(`${host} ${words}`)];
  });
}

function describeApproval(
  { approvers, timeout, then }: ApprovalSpec,
  asText: (name: string) => string,
): string {
  const who = approvers === null ? '' : ` of ${approvers.map(asText).join(' or ')}`;
  const next = then === 'goOn' ? 'goes on without' : 'rolls back';
  return `on approval${who}${timeout === null ? '' : `, ${next} after ${formatDuration(timeout)}`}`;
}
