/** The run as Markdown, for the Web UI. */
import { attemptRows } from '../domain/attempts.ts';
import type { Drift, GateReport, RecordedDecision, RolloutStatus, StageResult } from '../domain/rollout.ts';
import { markdownText } from '../domain/plain-text.ts';
import { formatWeights } from '../domain/weights.ts';

/** One line of what is done, a table of the stages, and what people decided or should look at. */
export function describeRun(status: RolloutStatus): string {
  const head = `**${status.phase}**: ${markdownText(status.step)}`;
  const paused = status.paused
    ? markdownText(`Paused by ${status.paused.by}. ${status.paused.reason}`.trim())
    : '';
  const parts = [
    head,
    paused,
    stageTable(status.stages),
    list('Decisions', status.decisions.map(describeDecision)),
    list(
      'Drift',
      status.stages.flatMap(({ drifts }) => drifts.map(describeDrift)),
    ),
    list(
      'Addresses',
      Object.entries(status.addresses).map(([name, url]) => `${name}: ${url}`),
    ),
    list('Warnings', status.warnings),
  ];
  return parts.filter(Boolean).join('\n\n');
}

function stageTable(stages: readonly StageResult[]): string {
  if (stages.length === 0) return '';
  const head = ['| Stage | Weights | State | Requests | Evidence |', '| --- | --- | --- | --- | --- |'];
  return [...head, ...attemptRows(stages).map(stageRow)].join('\n');
}

function stageRow(stage: StageResult): string {
  const { name, weights, requests, gates } = stage;
  const evidence = gates.map(describeGate).join('; ');
  const cells = [name, formatWeights(weights), stageState(stage), String(requests ?? ''), evidence];
  return `| ${cells.map(markdownText).join(' | ')} |`;
}

function stageState({ startedAt, observedAt, endedAt, verdict, reason }: StageResult): string {
  if (endedAt) return [verdict, reason].filter(Boolean).join(': ');
  if (observedAt) return 'holding';
  return startedAt ? 'shifting' : reason;
}

function describeGate({ name, host, subset, verdict, value, reason, dryRun }: GateReport): string {
  const said = dryRun ? `${verdict} (dry run)` : verdict;
  const measured = value === null ? '' : ` at ${Number(value.toPrecision(4))}`;
  return `${name} ${host} ${subset}: ${said}${measured}${reason && `, ${reason}`}`;
}

function describeDecision({ action, full, by, reason, at }: RecordedDecision): string {
  return `${at} ${action}${full ? ' in full' : ''} by ${by}${reason && `: ${reason}`}`;
}

/** Foreign weights in words. */
export function describeDrift({ host, object, manager, keeper, found, reasserted }: Drift): string {
  const left = found ? formatWeights({ [host]: found }) : `no route to ${host}`;
  const writer = keeper === null ? manager : `${keeper.name}, ${manager},`;
  return `${writer} left ${left} in ${object}${reasserted ? ', put right' : ''}`;
}

function list(title: string, lines: readonly string[]): string {
  return lines.length === 0
    ? ''
    : [`**${title}**`, ...lines.map((line) => `- ${markdownText(line)}`)].join('\n');
}
