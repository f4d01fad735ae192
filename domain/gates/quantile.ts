/** A cumulative histogram bucket: how many observations were at most `le`. */
export interface Bucket {
  /** Upper bound, inclusive; `Infinity` for the last bucket. */
  readonly le: number;
  readonly count: number;
}

/**
 * Quantile of a classic histogram, with linear interpolation inside the bucket that holds it.
 * Same rules as Prometheus' `histogram_quantile` (`bucketQuantile` in promql/quantile.go):
 * the lowest bucket starts at 0; a quantile in the `+Inf` bucket is the highest finite bound;
 * counts that fall from one bucket to the next are lifted to what came before.
 * @param quantile 0 to 1
 * @returns NaN if there are no observations, no `+Inf` bucket, or fewer than two buckets
 */
export function histogramQuantile(quantile: number, buckets: readonly Bucket[]): number {
  const sorted = monotonic(coalesce(buckets));
  const last = sorted.at(-1);
  if (last?.le !== Infinity || sorted.length < 2 || !(last.count > 0)) return NaN;
  const rank = quantile * last.count;
  const index = sorted.findIndex(({ count }) => count >= rank);
  if (index === -1 || index === sorted.length - 1) return sorted.at(-2)?.le ?? NaN;
  return interpolate(sorted, index, rank);
}

function interpolate(sorted: readonly Bucket[], index: number, rank: number): number {
  const bucket = sorted[index];
  if (bucket === undefined) return NaN;
  const below = sorted[index - 1];
  if (below === undefined && bucket.le <= 0) return bucket.le;
  const start = below?.le ?? 0;
  const inBucket = bucket.count - (below?.count ?? 0);
  return start + (bucket.le - start) * ((rank - (below?.count ?? 0)) / inBucket);
}

/** One bucket a bound, in order: series of several proxies may be given side by side. */
function coalesce(buckets: readonly Bucket[]): Bucket[] {
  const counts = new Map<number, number>();
  for (const { le, count } of buckets) counts.set(le, (counts.get(le) ?? 0) + count);
  return [...counts].map(([le, count]) => ({ le, count })).sort((a, b) => a.le - b.le);
}

function monotonic(buckets: readonly Bucket[]): Bucket[] {
  let highest = 0;
  return buckets.map(({ le, count }) => {
    highest = Math.max(highest, count);
    return { le, count: highest };
  });
}
