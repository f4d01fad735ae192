import { attemptRows } from '../../domain/attempts.ts';
import type { GateReport, StageResult } from '../../domain/rollout.ts';
import { formatTable } from './table.ts';

const head = ['STAGE', 'GATE', 'OF', 'VERDICT', 'SAMPLES', 'REQUESTS', 'REASON'];

/** What the gates of each stage saw, as a table; empty where none has looked yet. */
export function formatGates(stages: readonly StageResult[]): string {
  const rows = attemptRows(stages).flatMap(({ name, gates }) => gates.map((gate) => row(name, gate)));
  return rows.length > 0 ? formatTable(head, rows) : '';
}

/** One gate in a line. */
export function formatGate(gate: GateReport): string {
  const { name, host, subset, reason } = gate;
  return `gate ${name} of ${host} ${subset}: ${verdictOf(gate)}${reason ? ` (${reason})` : ''}`;
}

function row(stage: string, gate: GateReport): string[] {
  const { name, host, subset, requests, reason } = gate;
  return [
    stage,
    name,
    `${host} ${subset}`,
    verdictOf(gate),
    samplesOf(gate),
    requests === null ? '-' : String(requests),
    reason,
  ];
}

function verdictOf({ verdict, dryRun }: GateReport): string {
  return dryRun ? `${verdict}, dry run` : verdict;
}

function samplesOf({ samples, failures, inconclusives, consecutiveErrors }: GateReport): string {
  const odd = [
    failures > 0 ? `${failures} failed` : '',
    inconclusives > 0 ? `${inconclusives} inconclusive` : '',
    consecutiveErrors > 0 ? `last ${consecutiveErrors} in error` : '',
  ].filter(Boolean);
  return odd.length > 0 ? `${samples}: ${odd.join(', ')}` : String(samples);
}
