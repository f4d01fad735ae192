/** One request of a load run, as it ended. */
export interface Sample {
  /** When it was sent, in milliseconds since 1970. */
  readonly at: number;
  /** From when it was due until its answer was whole: a wait in the generator itself counts too. */
  readonly latencyMs: number;
  readonly status: number | null;
  readonly version: string | null;
  readonly error: string | null;
}

/** Requests of a span of time: each one either failed, and is under `errors`, or is under its version. */
export interface LoadCounts {
  readonly requests: number;
  readonly failed: number;
  readonly byVersion: Readonly<Record<string, number>>;
  readonly errors: Readonly<Record<string, number>>;
}

/** Counts samples by version and by error. */
export function countSamples(samples: readonly Sample[]): LoadCounts {
  const byVersion: Record<string, number> = {};
  const errors: Record<string, number> = {};
  for (const { version, error } of samples) {
    const [counts, key] = error === null ? [byVersion, version ?? 'unknown'] : [errors, error];
    counts[key] = (counts[key] ?? 0) + 1;
  }
  const failed = Object.values(errors).reduce((sum, count) => sum + count, 0);
  return { requests: samples.length, failed, byVersion, errors };
}

/** Latency in milliseconds below which the given share (0 to 1) of samples lies, by nearest rank; null without any. */
export function latencyQuantile(samples: readonly Sample[], share: number): number | null {
  const sorted = samples.map(({ latencyMs }) => latencyMs).sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  return value === undefined ? null : Math.round(value * 10) / 10;
}
