import type { Verdict } from '../rollout.ts';

/** One look of a gate at one subset. */
export interface Sample {
  /** `error`: it could not be measured, which says nothing of the candidate. */
  readonly verdict: Verdict | 'error';
  /** In the gate's own unit (a ratio, milliseconds); null where none could be told. */
  readonly value: number | null;
  /** Requests in the window; null where the source did not say. */
  readonly requests: number | null;
  readonly reason: string;
}

/** A sample that says nothing of the candidate, because there is too little to judge. */
export function inconclusiveSample(requests: number | null, reason: string): Sample {
  return { verdict: 'inconclusive', value: null, requests, reason };
}

/** A sample that could not be taken. */
export function failedSample(reason: string): Sample {
  return { verdict: 'error', value: null, requests: null, reason };
}
