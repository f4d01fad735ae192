/** What the calling proxies count of the requests to the subsets of services. */
import type { Bucket } from '../../../domain/gates/quantile.ts';

interface SubsetCounter {
  /** The same in every reading of a proxy, and unlike those of its other counters. */
  readonly series: string;
  readonly host: string;
  readonly subset: string;
}

/** Answered requests of one kind: all of them bad, or none. */
export interface AnswerCounter extends SubsetCounter {
  readonly kind: 'answers';
  readonly requests: number;
  readonly bad: boolean;
}

/** Requests by how long they took; bounds in milliseconds. */
export interface DurationCounter extends SubsetCounter {
  readonly kind: 'durations';
  readonly buckets: readonly Bucket[];
}

export type Counter = AnswerCounter | DurationCounter;

/** All that one proxy has counted since it started. */
export interface ProxyCounters {
  readonly proxy: string;
  /** Whether it runs only since counters are read, so that it has counted nothing before. */
  readonly isNew: boolean;
  readonly counters: readonly Counter[];
}

/** One look at the counters. */
export interface CounterReading {
  /** Those that were asked and answered. */
  readonly proxies: readonly ProxyCounters[];
  /** Who does not answer, with the reason; what they count meanwhile shows in a later reading. */
  readonly missed: readonly string[];
  /** Why nothing could be read at all; null if something was, and when nobody has called the services yet. */
  readonly trouble: string | null;
}

/** Where counters are read. */
export interface CounterSource {
  /** Reads what there is now. Whatever goes wrong is in the reading; cancellation alone is thrown. */
  read(): Promise<CounterReading>;
}
