/** What the calling proxies count of the requests to the subsets of services. */
import type { Bucket } from '../../../domain/gates/quantile.ts';
import type { Answer } from '../../../domain/gates/answer.ts';

interface RequestCounter {
  /** The same in every reading of a proxy, and unlike those of its other counters. */
  readonly series: string;
  readonly host: string;
  /** Null where the proxy does not tell which version, if any, a request went to. */
  readonly subset: string | null;
}

/** Requests that ended alike. */
export interface AnswerCounter extends RequestCounter {
  readonly kind: 'answers';
  readonly requests: number;
  readonly answer: Answer;
}

/** Requests by how long they took; bounds in milliseconds. */
export interface DurationCounter extends RequestCounter {
  readonly kind: 'durations';
  readonly buckets: readonly Bucket[];
}

export type Counter = AnswerCounter | DurationCounter;

/** A counter of what came since the reading before, and the proxy that counted it. */
export type Increase = Counter & { readonly proxy: string };

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
  /** Why nothing could be read at all; null if something was. */
  readonly trouble: string | null;
}

/** How a calling proxy sees the endpoints of one subset. */
export interface SubsetEndpoints {
  readonly host: string;
  readonly subset: string;
  /** Endpoints that requests may go to. */
  readonly healthy: number;
  /** Whether its circuit breaker has a limit: one without turns no request away. */
  readonly isLimited: boolean;
  /** Whether its connections or requests are at a limit of its circuit breaker. */
  readonly isSaturated: boolean;
}

/** Where counters are read. */
export interface CounterSource {
  /** Reads what there is now. Whatever goes wrong is in the reading; cancellation alone is thrown. */
  read(): Promise<CounterReading>;
  /**
   * How proxies see the endpoints of the subsets at this moment: by proxy, without those that do not answer.
   * Absent where the source does not know.
   */
  readonly endpoints?: (
    proxies: readonly string[],
  ) => Promise<ReadonlyMap<string, readonly SubsetEndpoints[]>>;
}
