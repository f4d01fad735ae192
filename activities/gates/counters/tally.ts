import { judgeAnswer, type AnswerKind, type BadAnswers } from '../../../domain/gates/answer.ts';
import type { Bucket } from '../../../domain/gates/quantile.ts';
import type { Tally } from '../../../domain/gates/sequential/index.ts';
import type { GateTarget } from '../../../domain/gates/targets.ts';
import type { Counter } from './counter.ts';

interface Subset extends Pick<GateTarget, 'host'> {
  readonly subset: string | null;
}

/** Requests to a subset by how they ended. */
export interface AnswerTally {
  readonly good: number;
  readonly bad: number;
  readonly unanswered: number;
}

/** Requests to a subset (null: to a version that is not known) by how they ended. */
export function tallyAnswers(counters: readonly Counter[], subset: Subset, bad: BadAnswers): AnswerTally {
  const answers = ofSubset(counters, subset).filter((counter) => counter.kind === 'answers');
  const count = (kind: AnswerKind) =>
    sum(answers.filter(({ answer }) => judgeAnswer(answer, bad) === kind).map(({ requests }) => requests));
  return { good: count('good'), bad: count('bad'), unanswered: count('unanswered') };
}

/** Requests to a subset, and how many took longer than `bound` ms, or than the next bound that a histogram has. */
export function tallySlow(counters: readonly Counter[], subset: Subset, bound: number): Tally {
  const tallies = histogramsOf(ofSubset(counters, subset)).map((buckets) => slowIn(buckets, bound));
  return { requests: sum(tallies.map(({ requests }) => requests)), bad: sum(tallies.map(({ bad }) => bad)) };
}

/**
 * What `slower than over` has to mean where histograms have no bucket that ends there: slower than the next bound that
 * they have, in ms; null where none is high enough.
 */
export function slowBound(counters: readonly Counter[], over: number): number | null {
  const bounds = histogramsOf(counters).map((buckets) => nextBound(buckets, over));
  return bounds.includes(Infinity) ? null : Math.max(over, ...bounds);
}

function slowIn(buckets: readonly Bucket[], over: number): Tally {
  const countOf = (bound: number) => sum(buckets.filter(({ le }) => le === bound).map(({ count }) => count));
  const requests = countOf(Infinity);
  return { requests, bad: Math.max(0, requests - countOf(nextBound(buckets, over))) };
}

function nextBound(buckets: readonly Bucket[], over: number): number {
  return Math.min(Infinity, ...buckets.map(({ le }) => le).filter((le) => le >= over));
}

function histogramsOf(counters: readonly Counter[]): (readonly Bucket[])[] {
  return counters.filter((counter) => counter.kind === 'durations').map(({ buckets }) => buckets);
}

function ofSubset(counters: readonly Counter[], { host, subset }: Subset): readonly Counter[] {
  return counters.filter((counter) => counter.host === host && counter.subset === subset);
}

function sum(counts: readonly number[]): number {
  return Math.round(counts.reduce((total, count) => total + count, 0));
}
