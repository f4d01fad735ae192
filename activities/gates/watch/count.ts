import { describeAnswer, judgeAnswer, type BadAnswers } from '../../../domain/gates/answer.ts';
import type { Causes } from '../../../domain/gates/causes.ts';
import { formatDuration } from '../../../domain/duration.ts';
import type { Tally, UnknownFailures } from '../../../domain/gates/sequential/index.ts';
import type { GateTarget } from '../../../domain/gates/targets.ts';
import type { ErrorsGateSpec, SlowRequestsGateSpec } from '../../../domain/spec/document.ts';
import type { AnswerCounter, CounterReading, Increase } from '../counters/counter.ts';
import { slowBound, tallyAnswers, tallySlow, type AnswerTally } from '../counters/tally.ts';

/** What one look counts for one target. */
export interface Count {
  readonly candidate: Tally;
  /** The stable subset beside it; null for none. */
  readonly stable: Tally | null;
  /** Failures without a version; null where there can be none, or all of them are the target's. */
  readonly unknown: UnknownFailures | null;
  readonly causes: { readonly own: Causes; readonly unknown: Causes };
}

/**
 * Counts failed requests. Those that nobody answered count where the stable version is there to compare with: people
 * who go away do so on both.
 * @param share of the target in all requests to its host, 0 to 1: it may have that of the failures without a version
 */
export function countErrors(
  increases: readonly Increase[],
  share: number,
  gate: ErrorsGateSpec,
  target: GateTarget,
  stable: GateTarget | null,
): Count {
  const { host } = target;
  const count = (subset: string | null) => tallyAnswers(increases, { host, subset }, gate);
  const nobody = count(null);
  const failures = failuresOf(nobody, stable !== null);
  const own = count(target.subset);
  const isAlone = share >= 1;
  const candidate = isAlone ? { ...own, bad: own.bad + failures } : own;
  return {
    candidate: tallyOf(candidate, stable !== null),
    stable: stable === null ? null : tallyOf(count(stable.subset), true),
    unknown: isAlone || share === 0 ? null : { failures, share, ...knownOf(increases, target) },
    causes: {
      own: causesOf(
        increases,
        gate,
        (counter) => isOf(counter, target) || (isAlone && isOf(counter, { host, subset: null })),
      ),
      unknown: isAlone ? {} : causesOf(increases, gate, (counter) => isOf(counter, { host, subset: null })),
    },
  };
}

/** Counts requests that took longer than the gate's bound. */
export function countSlow(
  increases: readonly Increase[],
  gate: SlowRequestsGateSpec,
  target: GateTarget,
  stable: GateTarget | null,
): Count {
  return {
    candidate: tallySlow(increases, target, gate.over),
    stable: stable === null ? null : tallySlow(increases, stable, gate.over),
    unknown: null,
    causes: { own: {}, unknown: {} },
  };
}

/** @returns what a slow request did, in words; null where no histogram tells */
export function slowWords({ proxies }: CounterReading, { over }: SlowRequestsGateSpec): string | null {
  const bound = slowBound(
    proxies.flatMap(({ counters }) => counters),
    over,
  );
  if (bound === null) return null;
  const words = bound === over ? '' : ` (no histogram bucket at ${formatDuration(over)})`;
  return `were slower than ${formatDuration(bound)}${words}`;
}

function tallyOf({ good, bad, unanswered }: AnswerTally, compares: boolean): Tally {
  const more = compares ? unanswered : 0;
  return { requests: good + bad + more, bad: bad + more };
}

function failuresOf({ bad, unanswered }: AnswerTally, compares: boolean): number {
  return bad + (compares ? unanswered : 0);
}

/** Requests of known versions: the target's, and those of all others. */
function knownOf(increases: readonly Increase[], target: GateTarget) {
  const known = increases
    .filter((counter) => counter.kind === 'answers')
    .filter(({ host, subset }) => host === target.host && subset !== null);
  const count = (own: boolean) =>
    Math.round(
      known
        .filter(({ subset }) => (subset === target.subset) === own)
        .reduce((sum, { requests }) => sum + requests, 0),
    );
  return { candidate: count(true), others: count(false) };
}

function causesOf(
  increases: readonly Increase[],
  bad: BadAnswers,
  isCounted: (counter: AnswerCounter) => boolean,
): Causes {
  const causes: Record<string, number> = {};
  for (const counter of increases) {
    if (counter.kind !== 'answers' || !isCounted(counter)) continue;
    if (judgeAnswer(counter.answer, bad) === 'good') continue;
    const cause = describeAnswer(counter.answer);
    causes[cause] = (causes[cause] ?? 0) + Math.round(counter.requests);
  }
  return causes;
}

function isOf(
  counter: AnswerCounter,
  { host, subset }: { readonly host: string; readonly subset: string | null },
): boolean {
  return counter.host === host && counter.subset === subset;
}
