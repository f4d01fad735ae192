import type { Verdict } from '../../rollout.ts';
import { speaksForEquals } from './comparison.ts';
import type { SequentialState } from './state.ts';
import type { Tally } from './tally.ts';

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

/**
 * Judges a candidate by all that was counted. It may be asked after every look, and asked again: a healthy candidate is
 * ever failed with probability alpha at most.
 * @param words what a bad request is, as in `answered with 5xx`
 */
export function judgeSequential(
  state: SequentialState,
  settings: SequentialSettings,
  words: { readonly bad: string },
): SequentialVerdict {
  const { requests, bad } = state.candidate;
  if (requests === 0) return { verdict: 'inconclusive', reason: 'no requests so far', value: null, requests };
  const value = bad / requests;
  const seen = (verdict: Verdict, reason: string) => ({ verdict, reason, value, requests });
  const counts = `${describe(state.candidate, settings, words.bad)}${describeStable(state)}`;
  const evidence = `e-value ${formatEvidence(state.logEvidence)}, ${round(1 / settings.alpha)} fails`;

  if (isAtFault(state, settings.alpha)) return seen('fail', `${counts}; ${evidence}`);
  if (requests < settings.minRequests) {
    return seen('inconclusive', `${requests} requests so far, at least ${settings.minRequests} are needed`);
  }
  if (value <= settings.allowed) return seen('pass', counts);
  if (isNoWorse(state)) return seen('pass', `${counts}, which is no better`);
  return seen('inconclusive', `${counts}; that may be chance: ${evidence}`);
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

function describe({ requests, bad }: Tally, { allowed }: SequentialSettings, words: string): string {
  return `${bad} of ${requests} requests ${words} (${percent(bad / requests)}), at most ${percent(allowed)} is allowed`;
}

function describeStable({ stable }: SequentialState): string {
  if (stable === null) return '';
  if (stable.requests === 0) return '; the stable version had no requests';
  return `; the stable version had ${stable.bad} of ${stable.requests}`;
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
  return Number(value.toPrecision(4));
}
