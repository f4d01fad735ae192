import type { Bucket } from '../../../domain/gates/quantile.ts';
import type { Counter, CounterReading, Increase } from './counter.ts';

/** Makes counters of what came since the reading before, one that holds nothing new left out. */
export type Differences = (reading: CounterReading) => Increase[];

/**
 * Differences between readings. The first reading of a proxy is where it starts from, unless the proxy is new; a
 * series that a proxy did not have before counts from 0, and so does one that fell: its proxy has started again.
 */
export function createDifferences(): Differences {
  const proxies = new Map<string, Map<string, Counter>>();
  return (reading) =>
    reading.proxies.flatMap(({ proxy, isNew, counters }) => {
      const before = proxies.get(proxy);
      const known = before ?? new Map<string, Counter>();
      const grown = counters.map((counter) => since(counter, known.get(counter.series)));
      for (const counter of counters) known.set(counter.series, counter);
      proxies.set(proxy, known);
      if (before === undefined && !isNew) return [];
      return grown.filter(holdsRequests).map((counter) => ({ ...counter, proxy }));
    });
}

function since(now: Counter, before: Counter | undefined): Counter {
  if (now.kind === 'answers' && before?.kind === 'answers') {
    return now.requests < before.requests ? now : { ...now, requests: now.requests - before.requests };
  }
  if (now.kind === 'durations' && before?.kind === 'durations') {
    return { ...now, buckets: bucketsSince(now.buckets, before.buckets) };
  }
  return now;
}

/** One bucket that fell is enough: all of a histogram start again together. */
function bucketsSince(now: readonly Bucket[], before: readonly Bucket[]): readonly Bucket[] {
  const counts = new Map(before.map(({ le, count }) => [le, count]));
  const grown = now.map(({ le, count }) => ({ le, count: count - (counts.get(le) ?? 0) }));
  return grown.some(({ count }) => count < 0) ? now : grown;
}

function holdsRequests(counter: Counter): boolean {
  return counter.kind === 'answers' ? counter.requests > 0 : counter.buckets.some(({ count }) => count > 0);
}
