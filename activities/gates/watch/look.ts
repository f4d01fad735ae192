import { formatDuration } from '../../../domain/duration.ts';
import { addTime, hasStopped, type Presence } from '../../../domain/gates/presence.ts';
import { recordLook, recordMissedLook } from '../../../domain/gates/record-look.ts';
import {
  addTallies,
  judgeSequential,
  type SequentialVerdict,
  type Tally,
} from '../../../domain/gates/sequential/index.ts';
import type { GateTarget } from '../../../domain/gates/targets.ts';
import type { GateReport } from '../../../domain/rollout.ts';
import type { SequentialGateSpec } from '../../../domain/spec/document.ts';
import type { Counter, CounterReading } from '../counters/counter.ts';
import { slowBound, tallyAnswers, tallySlow } from '../counters/tally.ts';
import type { GateEvidence } from '../evidence.ts';

/** What a look gives to all gates that share it. */
export interface Look {
  readonly reading: CounterReading;
  /** Counters of what came since the look before. */
  readonly increases: readonly Counter[];
  /** Epoch ms. */
  readonly at: number;
}

/** How a gate counts by one reading; or why it cannot. */
type Counting =
  | { readonly tally: (subset: GateTarget) => Tally; readonly bad: string; readonly note: string }
  | { readonly trouble: string };

/** The evidence with one more look at every target; `besides` are the stable subsets beside them, null for none. */
export function addLook(
  evidence: GateEvidence<SequentialGateSpec>,
  besides: readonly (GateTarget | null)[],
  look: Look,
): GateEvidence<SequentialGateSpec> {
  const { gate, targets, reports } = evidence;
  const counting = countingOf(gate, look);
  if ('trouble' in counting) {
    const missed = reports.map((report) =>
      isFailed(report) ? report : recordMissedLook(report, counting.trouble),
    );
    return { ...evidence, reports: missed, last: look.at };
  }
  const settings = { ...gate, alpha: gate.alpha / targets.length };
  const states = evidence.states.map((state, index) => {
    const [target, beside = null] = [targets[index], besides[index]];
    if (target === undefined) return state;
    return addTallies(state, gate, counting.tally(target), beside === null ? null : counting.tally(beside));
  });
  const elapsed = look.at - (evidence.last ?? look.at - gate.interval);
  const presences = evidence.presences.map((presence, index) => {
    const target = targets[index];
    return target === undefined ? presence : addTime(presence, elapsed, counting.tally(target).requests);
  });
  const later = reports.map((report, index) => {
    const [state, presence] = [states[index], presences[index]];
    if (state === undefined || presence === undefined || isFailed(report)) return report;
    const judged = unlessStopped(judgeSequential(state, settings, counting), presence, gate.interval);
    return recordLook(report, judged, counting.note);
  });
  return { ...evidence, states, presences, reports: later, last: look.at };
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

function countingOf(gate: SequentialGateSpec, { reading, increases }: Look): Counting {
  if (reading.trouble !== null) return { trouble: reading.trouble };
  const note = noteOf(reading);
  if (gate.kind === 'errors')
    return { tally: (subset) => tallyAnswers(increases, subset), bad: 'answered with 5xx', note };
  const counters = reading.proxies.flatMap((proxy) => proxy.counters);
  const bound = slowBound(counters, gate.over);
  const over = formatDuration(gate.over);
  if (bound === null)
    return {
      trouble: `the proxies' histograms have no bound at ${over} or above: slow requests cannot be told`,
    };
  const words = bound === gate.over ? '' : ` for want of a bound at ${over}`;
  return {
    tally: (subset) => tallySlow(increases, subset, gate.over),
    bad: `slower than ${formatDuration(bound)}${words}`,
    note,
  };
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
