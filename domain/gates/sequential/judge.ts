import type { Verdict } from '../../rollout.ts';
import { speaksForEquals } from './comparison.ts';
import { hasItsShare } from './shares.ts';
import type { SequentialState } from './state.ts';

export interface SequentialSettings {
  /** Share of bad requests that is no fault, over 0 and under 1. */
  readonly allowed: number;
  /** Bound on false alarms about this subset: the gate's own, divided by the number of subsets it judges. */
  readonly alpha: number;
  /** Fewer requests of the candidate than this pass nobody. */
  readonly minRequests: number;
}

/** What the evidence so far says; a `pass` is one if the stage ended now. */
export interface SequentialVerdict {
  readonly verdict: Verdict;
  readonly reason: string;
  /** Share of the candidate's requests that were bad; null before the first. */
  readonly value: number | null;
  /** Requests of the candidate. */
  readonly requests: number;
}

/** Whether there was enough evidence, at this look or one before, that the candidate is at fault. */
export function isAtFault({ logEvidence }: SequentialState, alpha: number): boolean {
  return logEvidence >= -Math.log(alpha);
}

/** How a gate names what it counts. */
export interface SequentialWords {
  /** What a bad request did, as in `failed`. */
  readonly bad: string;
  /** The bad requests by what ended them, as in `503 UF: 3`; empty where there is nothing to add. */
  readonly causes?: string;
  /** The same of failures without a version. */
  readonly unknownCauses?: string;
}

/**
 * Judges a candidate by all that was counted. It may be asked after every look, and asked again: a healthy candidate is
 * ever failed with probability alpha at most.
 */
export function judgeSequential(
  state: SequentialState,
  settings: SequentialSettings,
  words: SequentialWords,
): SequentialVerdict {
  const { requests, bad } = state.candidate;
  const unknown = describeUnknown(state, words);
  const value = requests === 0 ? null : bad / requests;
  const seen = (verdict: Verdict, reason: string) => ({
    verdict,
    reason: `${reason}${unknown}`,
    value,
    requests,
  });
  if (isAtFault(state, settings.alpha)) {
    const evidence = `evidence ${formatEvidence(state.logEvidence)} (limit ${round(1 / settings.alpha)})`;
    return seen('fail', `${describe(state, settings, words)}; ${evidence}`);
  }
  if (value === null) return seen('inconclusive', 'no requests so far');
  if (requests < settings.minRequests)
    return seen('inconclusive', `${requests} requests so far (minimum ${settings.minRequests})`);
  return judgeShare(state, settings, words, seen);
}

/** Failures without a version are passed over by no one: they are explained, or they are the candidate's. */
function judgeShare(
  state: SequentialState,
  settings: SequentialSettings,
  words: SequentialWords,
  seen: (verdict: Verdict, reason: string) => SequentialVerdict,
): SequentialVerdict {
  const { requests, bad } = state.candidate;
  const counts = describe(state, settings, words);
  const isWithin = bad / requests <= settings.allowed;
  if (!isWithin && !isNoWorse(state)) {
    const evidence = `${formatEvidence(state.logEvidence)} of ${round(1 / settings.alpha)}`;
    return seen('inconclusive', `${counts}; not enough evidence yet (${evidence})`);
  }
  const worst = (bad + state.unknown) / (requests + state.unknown);
  if (state.unknown > 0 && worst > settings.allowed && !hasItsShare(state.shares))
    return seen('inconclusive', counts);
  return seen('pass', isWithin ? counts : `${counts}: no worse than stable`);
}

/**
 * Whether the candidate's share is no larger than the stable version's, or what both had at the same time speaks for
 * equals rather than against the candidate: of a short fault of both, chance decides who has the larger share.
 */
function isNoWorse({ candidate, stable, comparison }: SequentialState): boolean {
  if (stable === null || stable.requests === 0) return false;
  // In whole numbers: equal shares must not differ by rounding.
  if (candidate.bad * stable.requests <= stable.bad * candidate.requests) return true;
  return stable.bad > 0 && speaksForEquals(comparison);
}

function describe(
  { candidate: { requests, bad }, stable }: SequentialState,
  { allowed }: SequentialSettings,
  { bad: failed, causes = '' }: SequentialWords,
): string {
  const share = requests === 0 ? '' : ` (${[percent(bad / requests), causes].filter(Boolean).join('; ')})`;
  const counts = `${bad} of ${requests} requests ${failed}${share}, allowed ${percent(allowed)}`;
  if (stable === null) return counts;
  if (stable.requests === 0) return `${counts}; stable had no requests`;
  return `${counts}; stable had ${stable.bad} of ${stable.requests}`;
}

function describeUnknown({ unknown }: SequentialState, { unknownCauses = '' }: SequentialWords): string {
  if (unknown === 0) return '';
  return `; ${unknown} more failed, version unknown${unknownCauses && ` (${unknownCauses})`}`;
}

/** Beyond a million as a power of ten: the number itself may be beyond the largest float. */
function formatEvidence(logEvidence: number): string {
  const digits = logEvidence / Math.LN10;
  return digits < 6 ? `${Math.floor(Math.exp(logEvidence))}` : `1e${Math.floor(digits)}`;
}

function percent(share: number): string {
  return `${round(share * 100)}%`;
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
