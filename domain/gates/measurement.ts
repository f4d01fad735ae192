/** What a source of metrics says of one subset over one window, before anybody judges it. */
import type { Bucket } from './quantile.ts';

/** Counts for a success rate: increases over the window. */
export interface RequestCounts {
  readonly kind: 'successRate';
  readonly requests: number;
  /** Those of them that failed. */
  readonly errors: number;
  /** Failed requests besides, whose version is not known. */
  readonly unknown: number;
}

/** Increases of a latency histogram's buckets over the window; bounds in milliseconds. */
export interface LatencyBuckets {
  readonly kind: 'latency';
  readonly buckets: readonly Bucket[];
}

/** A single number, as a query gives it. */
export interface Value {
  readonly kind: 'value';
  /** May be NaN or infinite. */
  readonly value: number;
}

/** The source answered, and knows nothing of the subset: no requests, or no metrics of them yet. */
export interface Empty {
  readonly kind: 'empty';
  readonly reason: string;
}

/** The source could not be asked, or its answer is not one that the gate can judge. */
export interface Unavailable {
  readonly kind: 'unavailable';
  readonly reason: string;
}

export type Measurement = RequestCounts | LatencyBuckets | Value | Empty | Unavailable;
