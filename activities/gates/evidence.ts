import type { Diversions } from '../../domain/diversions.ts';
import { needsOf } from '../../domain/gates/kinds.ts';
import type { Causes } from '../../domain/gates/causes.ts';
import { openPresence, type Presence } from '../../domain/gates/presence.ts';
import { openReport, recordSample } from '../../domain/gates/record-sample.ts';
import type { Sample } from '../../domain/gates/sample.ts';
import { openState, type SequentialState } from '../../domain/gates/sequential/index.ts';
import { gateTargets, type GateTarget } from '../../domain/gates/targets.ts';
import type { GateReport, Weights } from '../../domain/rollout.ts';
import type {
  GateSpec,
  JobGateSpec,
  SampledGateSpec,
  SequentialGateSpec,
  ServiceSpec,
} from '../../domain/spec/document.ts';

/** What one gate has seen so far. */
export interface GateEvidence<Gate extends GateSpec = GateSpec> {
  readonly gate: Gate;
  readonly targets: readonly GateTarget[];
  /** One for each target, in the same order; a gate without any has one that says so. */
  readonly reports: readonly GateReport[];
  /** Of a sequential gate: what its test keeps, one for each target. */
  readonly states: readonly SequentialState[];
  /** Of a sequential gate: whether each target still gets requests. */
  readonly presences: readonly Presence[];
  /** Of a sequential gate: what ended the requests that failed, each target's own and those without a version. */
  readonly causes: readonly { readonly own: Causes; readonly unknown: Causes }[];
  /** Epoch ms of its latest sample; null before the first. */
  readonly last: number | null;
}

/** Evidence without what the spec says anyway, as JSON carries it; by gate in the order of the spec. */
export type StageEvidence = readonly Pick<
  GateEvidence,
  'reports' | 'states' | 'presences' | 'causes' | 'last'
>[];

/** The evidence before the first sample. */
export function openEvidence(
  gates: readonly GateSpec[],
  services: readonly ServiceSpec[],
  weights: Weights,
  diversions?: Diversions,
): GateEvidence[] {
  return gates.map((gate) => {
    const targets = gateTargets(services, weights, gate, diversions);
    const reports = openReports(gate, targets);
    const presences = targets.map(() => openPresence);
    const causes = targets.map(() => ({ own: {}, unknown: {} }));
    return { gate, targets, reports, states: targets.map(openState), presences, causes, last: null };
  });
}

/**
 * Goes on from where an earlier attempt at the same watch was. A latest sample that is yet to come (`now` in epoch ms)
 * was taken by a wrong clock: it counts, and the next one is as far off as if it had just been.
 */
export function resumeEvidence(
  opened: readonly GateEvidence[],
  earlier: StageEvidence,
  now: number,
): GateEvidence[] {
  return opened.map((evidence, index) => {
    const { last, ...before } = earlier[index] ?? { last: null };
    const isToCome = last !== null && 'interval' in evidence.gate && last > now + evidence.gate.interval;
    const resumed = { ...evidence, ...before, last: isToCome ? now : last };
    return isSequential(resumed) ? { ...resumed, reports: resumed.reports.map(unconfirmed) } : resumed;
  });
}

/**
 * Goes on from an earlier watch of the same stage: tests of counts as if nothing was in between, Jobs that decided
 * as they did, and samples anew, save that those that failed before count.
 */
export function continueEvidence(opened: readonly GateEvidence[], earlier: StageEvidence): GateEvidence[] {
  return opened.map((evidence, index) => {
    const before = earlier[index];
    if (before === undefined) return evidence;
    if (isSequential(evidence))
      return { ...evidence, ...before, reports: before.reports.map(unconfirmed), last: null };
    if (isJob(evidence)) return isDecided(before) ? { ...evidence, ...before } : evidence;
    const reports = evidence.reports.map((report, at) => withFailures(report, before.reports[at]));
    return { ...evidence, reports };
  });
}

/** What an earlier watch has counted passes nobody before proxies answer this one. */
function unconfirmed(report: GateReport): GateReport {
  if (report.verdict === 'fail') return report;
  const reason = `no proxy has answered yet since the watch went on; before that, ${report.reason}`;
  return { ...report, verdict: 'inconclusive', reason };
}

/** The evidence with one more sample of every target. */
export function addSamples<Gate extends SampledGateSpec | JobGateSpec>(
  evidence: GateEvidence<Gate>,
  samples: readonly Sample[],
  at: number,
): GateEvidence<Gate> {
  const { gate, reports } = evidence;
  const later = reports.map((report, index) => {
    const sample = samples[index];
    return sample === undefined ? report : recordSample(report, gate, sample);
  });
  return { ...evidence, reports: later, last: at };
}

/** The evidence as JSON carries it. */
export function stageEvidence(evidence: readonly GateEvidence[]): StageEvidence {
  return evidence.map(({ reports, states, presences, causes, last }) => ({
    reports,
    states,
    presences,
    causes,
    last,
  }));
}

/** Whether a gate has said no to any of its targets. */
export function hasFailed({ reports }: Pick<GateEvidence, 'reports'>): boolean {
  return reports.some(({ verdict }) => verdict === 'fail');
}

/** Requests to the targets of gates that count them, each target once; null where none was counted. */
export function requestsCounted(evidence: readonly GateEvidence[]): number | null {
  const counted = new Map<string, number>();
  for (const { host, subset, requests } of evidence.filter(isSequential).flatMap(({ reports }) => reports)) {
    const target = `${host} ${subset}`;
    if (requests !== null) counted.set(target, Math.max(requests, counted.get(target) ?? 0));
  }
  return counted.size === 0 ? null : [...counted.values()].reduce((sum, requests) => sum + requests, 0);
}

export function isSequential(evidence: GateEvidence): evidence is GateEvidence<SequentialGateSpec> {
  return needsOf(evidence.gate).evidence === 'counters';
}

export function isJob(evidence: GateEvidence): evidence is GateEvidence<JobGateSpec> {
  return needsOf(evidence.gate).evidence === 'job';
}

/** Whether a gate takes samples again and again. */
export function isSampled(evidence: GateEvidence): evidence is GateEvidence<SampledGateSpec> {
  return needsOf(evidence.gate).evidence === 'samples';
}

function isDecided({ reports }: Pick<GateEvidence, 'reports'>): boolean {
  return reports.every(({ verdict }) => verdict !== 'inconclusive');
}

function withFailures(report: GateReport, before: GateReport | undefined): GateReport {
  if (before === undefined) return report;
  const { samples, failures, value } = before;
  return { ...report, samples, failures, value };
}

function openReports(gate: GateSpec, targets: readonly GateTarget[]): GateReport[] {
  if (targets.length > 0) return targets.map((target) => openReport(gate, target));
  const nothing = openReport(gate, { host: gate.hosts.join(', '), subset: '(none)', labels: {} });
  return [
    { ...nothing, reason: 'no subset of these services gets requests in this stage: nothing to judge' },
  ];
}
