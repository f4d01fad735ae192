/** Durations that requests can be counted over: proxies sort them into a histogram of fixed bounds. */
import { formatDuration } from '../duration.ts';

/**
 * Milliseconds. Bounds of Envoy's histograms, which are those of Istio's
 * `istio_request_duration_milliseconds` too; the first one, half a millisecond, is finer than our durations.
 * Source: Envoy `source/common/stats/histogram_impl.cc`, `HistogramSettingsImpl::defaultBuckets`.
 */
const bounds = [
  1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000,
  3_600_000,
];

/** What is wrong with a latency to count requests over, naming the nearest that are right; null if nothing is. */
export function latencyBoundProblem(given: number): string | null {
  if (bounds.includes(given)) return null;
  const below = bounds.findLast((bound) => bound < given);
  const above = bounds.find((bound) => bound > given);
  const nearest = [below, above].flatMap((bound) => (bound === undefined ? [] : formatDuration(bound)));
  return `${formatDuration(given)} is no bound of the proxies' latency histogram; the nearest are ${nearest.join(' and ')}`;
}
