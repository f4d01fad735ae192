/** What changed from one status of a rollout to the next, as lines for a person. */
import type { RolloutStatus, StageResult } from '../../domain/rollout.ts';
import { formatDuration } from '../../domain/duration.ts';
import { formatWeights } from '../../domain/weights.ts';
import { formatDecision } from '../render/decision.ts';
import { formatDrift } from '../render/drift.ts';
import { formatGate } from '../render/gates.ts';
import { formatHints } from '../render/hints.ts';

/** Lines for what is new in `after`, in the order in which it happened within a look. */
export function progressLines(before: RolloutStatus | null, after: RolloutStatus): string[] {
  return [
    ...addressLines(before, after),
    ...warningLines(before, after),
    ...decisionLines(before, after),
    ...stageLines(before, after),
    ...stepLines(before, after),
    ...undoLines(before, after),
  ];
}

function stepLines(before: RolloutStatus | null, after: RolloutStatus): string[] {
  const { phase, step } = after;
  const hints = before?.phase === phase ? [] : formatHints(after);
  return before?.phase === phase && before.step === step ? [] : [`${phase}: ${step}`, ...hints];
}

function stageLines(before: RolloutStatus | null, { stages }: RolloutStatus): string[] {
  return stages.flatMap((stage, index) => linesOf(stage, before?.stages[index]));
}

// A stage that is tried again starts, and ends, at another time than before.
function linesOf(stage: StageResult, before: StageResult | undefined): string[] {
  const { name, startedAt, observedAt, endedAt } = stage;
  const lines: string[] = [];
  if (startedAt && startedAt !== before?.startedAt)
    lines.push(`stage ${name}: shifting to ${formatWeights(stage.weights)}`);
  if (observedAt && observedAt !== before?.observedAt)
    lines.push(`stage ${name}: in the proxies${since(startedAt, observedAt)}, holding`);
  lines.push(
    ...stage.drifts.slice(before?.drifts.length ?? 0).map((drift) => `stage ${name}: ${formatDrift(drift)}`),
  );
  if (endedAt && endedAt !== before?.endedAt)
    lines.push(`stage ${name}: ${stage.verdict ?? 'ended'}${because(stage)}`);
  lines.push(...gateLines(stage, before));
  return lines;
}

/** A gate is told when it changes its mind: its reasons have other numbers in them at every look. */
function gateLines({ name, gates }: StageResult, before: StageResult | undefined): string[] {
  const fresh = gates.filter((gate, index) => gate.verdict !== before?.gates[index]?.verdict);
  return fresh.map((gate) => `stage ${name}: ${formatGate(gate)}`);
}

function since(start: string | null, end: string): string {
  return start === null ? '' : ` after ${formatDuration(Date.parse(end) - Date.parse(start))}`;
}

function because({ reason, requests }: StageResult): string {
  const parts = [requests === null ? '' : `${requests} requests`, reason].filter(Boolean);
  return parts.length > 0 ? ` (${parts.join('; ')})` : '';
}

function decisionLines(before: RolloutStatus | null, { decisions }: RolloutStatus): string[] {
  const fresh = decisions.slice(before?.decisions.length ?? 0);
  return fresh.map(formatDecision);
}

function warningLines(before: RolloutStatus | null, { warnings }: RolloutStatus): string[] {
  return warnings.slice(before?.warnings.length ?? 0).map((warning) => `warning: ${warning}`);
}

function addressLines(before: RolloutStatus | null, { addresses }: RolloutStatus): string[] {
  const fresh = Object.entries(addresses).filter(([name, url]) => before?.addresses[name] !== url);
  return fresh.map(([name, url]) => `${name} is at ${url}`);
}

function undoLines(before: RolloutStatus | null, { undone }: RolloutStatus): string[] {
  const fresh = undone.slice(before?.undone.length ?? 0);
  return fresh.map(({ name, outcome, reason }) => `undo ${name}: ${outcome}${reason ? `, ${reason}` : ''}`);
}
