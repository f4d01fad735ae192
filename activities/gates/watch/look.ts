import type { Diversions } from '../../../domain/diversions.ts';
import { formatDuration } from '../../../domain/duration.ts';
import { addCauses, describeCauses } from '../../../domain/gates/causes.ts';
import { addTime, hasStopped, type Presence } from '../../../domain/gates/presence.ts';
import { recordLook, recordMissedLook } from '../../../domain/gates/record-look.ts';
import {
  addTallies,
  judgeSequential,
  type SequentialVerdict,
} from '../../../domain/gates/sequential/index.ts';
import type { GateTarget } from '../../../domain/gates/targets.ts';
import type { GateReport, Weights } from '../../../domain/rollout.ts';
import type { SequentialGateSpec } from '../../../domain/spec/document.ts';
import type { CounterReading, Increase } from '../counters/counter.ts';
import type { GateEvidence } from '../evidence.ts';
import { countErrors, countSlow, slowWords, type Count } from './count.ts';

/** What a look gives to all gates that share it. */
export interface Look {
  readonly reading: CounterReading;
  /** Counters of what came since the look before, failures without a version given to one where it is known whose they are. */
  readonly increases: readonly Increase[];
  /** Of all hosts. */
  readonly weights: Weights;
  /** What is steered besides them. */
  readonly diversions?: Diversions | undefined;
  /** Epoch ms. */
  readonly at: number;
}

/** One request in a million. */
const leastShare = 1e-6;

/** How a gate counts by one reading; or why it cannot. */
type Counting =
  | { readonly count: (target: GateTarget, stable: GateTarget | null) => Count; readonly bad: string }
  | { readonly trouble: string };

/** The evidence with one more look at every target; `baselines` are the stable subsets beside them, null for none. */
export function addLook(
  evidence: GateEvidence<SequentialGateSpec>,
  baselines: readonly (GateTarget | null)[],
  look: Look,
): GateEvidence<SequentialGateSpec> {
  const counting = countingOf(evidence.gate, look);
  if ('trouble' in counting) return withMissedLook(evidence, counting.trouble, look.at);
  const { gate, targets } = evidence;
  const elapsed = look.at - (evidence.last ?? look.at - gate.interval);
  const settings = { ...gate, alpha: gate.alpha / targets.length };
  const note = noteOf(look.reading);
  const seen = targets.map((target, index) => {
    const { candidate, stable, unknown, causes } = counting.count(target, baselines[index] ?? null);
    const before = at(evidence, index);
    const state = addTallies(before.state, gate, candidate, stable, unknown);
    const presence = addTime(before.presence, elapsed, candidate.requests);
    const all = {
      own: addCauses(before.causes.own, causes.own),
      unknown: addCauses(before.causes.unknown, causes.unknown),
    };
    const words = {
      bad: counting.bad,
      causes: describeCauses(all.own),
      unknownCauses: describeCauses(all.unknown),
    };
    const judged = unlessStopped(judgeSequential(state, settings, words), presence, gate.interval);
    const report = isFailed(before.report) ? before.report : recordLook(before.report, judged, note);
    return { state, presence, causes: all, report };
  });
  return {
    ...evidence,
    states: seen.map(({ state }) => state),
    presences: seen.map(({ presence }) => presence),
    causes: seen.map(({ causes }) => causes),
    reports: seen.map(({ report }) => report),
    last: look.at,
  };
}

/** The evidence with what a look during the gate's initial delay shows: nobody is judged by it. */
export function addWarmUp(
  evidence: GateEvidence<SequentialGateSpec>,
  baselines: readonly (GateTarget | null)[],
  look: Look,
): GateEvidence<SequentialGateSpec> {
  const { gate, targets } = evidence;
  const counting = countingOf(gate, look);
  if ('trouble' in counting) return evidence;
  const reports = evidence.reports.map((report, index) => {
    const target = targets[index];
    if (target === undefined) return report;
    const { candidate } = counting.count(target, baselines[index] ?? null);
    const requests = (report.requests ?? 0) + candidate.requests;
    const failures = report.failures + candidate.bad;
    const reason = `${failures} of ${requests} requests ${counting.bad}, not judged in the first ${formatDuration(gate.initialDelay)}`;
    return { ...report, requests, failures, reason };
  });
  return { ...evidence, reports };
}

/** What is kept of one target. */
function at({ states, presences, causes, reports }: GateEvidence<SequentialGateSpec>, index: number) {
  const [state, presence, cause, report] = [states[index], presences[index], causes[index], reports[index]];
  if (state === undefined || presence === undefined || cause === undefined || report === undefined)
    throw new RangeError(`the evidence has no target ${index}`);
  return { state, presence, causes: cause, report };
}

function withMissedLook(
  evidence: GateEvidence<SequentialGateSpec>,
  trouble: string,
  last: number,
): GateEvidence<SequentialGateSpec> {
  const reports = evidence.reports.map((report) =>
    isFailed(report) ? report : recordMissedLook(report, trouble),
  );
  return { ...evidence, reports, last };
}

/** What was good while there were requests says nothing of why they stopped. */
function unlessStopped(judged: SequentialVerdict, presence: Presence, interval: number): SequentialVerdict {
  if (judged.verdict !== 'pass' || !hasStopped(presence, judged.requests, interval)) return judged;
  const silent = formatDuration(Math.round(presence.silent / 1_000) * 1_000);
  return {
    ...judged,
    verdict: 'inconclusive',
    reason: `no requests for ${silent}; before that, ${judged.reason}`,
  };
}

function countingOf(gate: SequentialGateSpec, look: Look): Counting {
  const { reading, increases } = look;
  const trouble = reading.trouble ?? noCallers(reading, gate);
  if (trouble !== null) return { trouble };
  if (gate.kind === 'errors')
    return {
      count: (target, stable) => countErrors(increases, shareOf(target, look), gate, target, stable),
      bad: 'failed',
    };
  const words = slowWords(reading, gate);
  if (words === null)
    return {
      trouble: `the proxies' histograms have no bucket at ${formatDuration(gate.over)} or above: slow requests cannot be told`,
    };
  return { count: (target, stable) => countSlow(increases, gate, target, stable), bad: words };
}

/**
 * A target's share of its host's requests. Nobody knows how many are testers': with the least share there is, failures
 * without a version are told, and speak against nobody.
 */
function shareOf({ host, subset }: GateTarget, { weights, diversions }: Look): number {
  const hasTesters = diversions?.[host]?.testers.some((one) => one.subset === subset) === true;
  return Math.max((weights[host]?.[subset] ?? 0) / 100, hasTesters ? leastShare : 0);
}

/** Nobody answering is no answer: a verdict needs those that call. */
function noCallers({ proxies }: CounterReading, { hosts }: SequentialGateSpec): string | null {
  if (proxies.some(({ counters }) => counters.length > 0)) return null;
  return `no requests to ${hosts.join(', ')} seen in ${proxies.length} proxies that answered`;
}

/** Whoever is not counted for now is named: a verdict must not rest on them in silence. */
function noteOf({ missed }: CounterReading): string {
  const [first, ...others] = missed;
  if (first === undefined) return '';
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return `; not counted for now: ${first}${more}`;
}

function isFailed({ verdict }: GateReport): boolean {
  return verdict === 'fail';
}
