import { openReport, recordSample } from '../../domain/gates/record-sample.ts';
import type { Sample } from '../../domain/gates/judge-sample.ts';
import { gateTargets, type GateTarget } from '../../domain/gates/targets.ts';
import type { GateReport, Weights } from '../../domain/rollout.ts';
import type { GateSpec, ServiceSpec } from '../../domain/spec/document.ts';

/** What one gate has seen so far. */
export interface GateEvidence {
  readonly gate: GateSpec;
  readonly targets: readonly GateTarget[];
  /** One for each target, in the same order; a gate without any has one that says so. */
  readonly reports: readonly GateReport[];
  /** Epoch ms of its latest sample; null before the first. */
  readonly last: number | null;
}

/** What a heartbeat carries: enough for a later attempt to go on, by gate in the order of the spec. */
export type HeartbeatDetails = readonly Pick<GateEvidence, 'reports' | 'last'>[];

/** Evidence to begin with: what an earlier attempt had, or none. */
export function openEvidence(
  gates: readonly GateSpec[],
  services: readonly ServiceSpec[],
  weights: Weights,
  earlier: HeartbeatDetails,
): GateEvidence[] {
  return gates.map((gate, index) => {
    const targets = gateTargets(services, weights, gate);
    const { reports = openReports(gate, targets), last = null } = earlier[index] ?? {};
    return { gate, targets, reports, last };
  });
}

/** The evidence with one more sample of every target. */
export function addSamples(evidence: GateEvidence, samples: readonly Sample[], at: number): GateEvidence {
  const { gate, reports } = evidence;
  const later = reports.map((report, index) => {
    const sample = samples[index];
    return sample === undefined ? report : recordSample(report, gate, sample);
  });
  return { ...evidence, reports: later, last: at };
}

/** Whether a gate has said no to any of its targets. */
export function hasFailed({ reports }: GateEvidence): boolean {
  return reports.some(({ verdict }) => verdict === 'fail');
}

/** The evidence as a heartbeat carries it. */
export function detailsOf(evidence: readonly GateEvidence[]): HeartbeatDetails {
  return evidence.map(({ reports, last }) => ({ reports, last }));
}

/** Evidence of an earlier attempt; anything else that a heartbeat may carry is none. */
export function readDetails(details: unknown): HeartbeatDetails {
  return Array.isArray(details) ? (details as HeartbeatDetails) : [];
}

function openReports(gate: GateSpec, targets: readonly GateTarget[]): GateReport[] {
  if (targets.length > 0) return targets.map((target) => openReport(gate, target));
  const nothing = openReport(gate, { host: gate.hosts.join(', '), subset: '(none)', labels: {} });
  return [
    { ...nothing, reason: 'no subset of these services gets requests in this stage: nothing to judge' },
  ];
}
