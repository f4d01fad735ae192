/** What a source of metrics says of one subset over one window, before anybody judges it. */
import type { Bucket } from './quantile.ts';

/** Counts for a success rate: increases over the window. */
export interface RequestCounts {
  readonly kind: 'successRate';
  readonly requests: number;
  /** Requests answered with 5xx. */
  readonly errors: number;
}

/** Increases of a latency histogram's buckets over the window; bounds in milliseconds. */
export interface LatencyBuckets {
  readonly kind: 'latency';
  readonly buckets: readonly Bucket[];
}

/** The source could not be asked, or did not know. */
export interface Unavailable {
  readonly kind: 'unavailable';
  readonly reason: string;
}

export type Measurement = RequestCounts | LatencyBuckets | Unavailable;
