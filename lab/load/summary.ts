import { countSamples, latencyQuantile, type LoadCounts, type Sample } from './sample.ts';

/** What a whole load run saw; latencies in milliseconds, null when there was no request. */
export interface LoadSummary extends LoadCounts {
  readonly url: string;
  /** Requests a second that were asked for, and that there were. */
  readonly rate: number;
  readonly achievedRate: number;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly latency: { readonly p50: number | null; readonly p99: number | null; readonly max: number | null };
}

/** What was called, how fast, and when: milliseconds since 1970. */
export interface LoadFrame {
  readonly url: string;
  readonly rate: number;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Sums up a load run. */
export function summarize(frame: LoadFrame, samples: readonly Sample[]): LoadSummary {
  const { url, rate, startedAt, endedAt } = frame;
  const seconds = Math.max(1, endedAt - startedAt) / 1000;
  return {
    url,
    rate,
    achievedRate: Math.round((samples.length / seconds) * 100) / 100,
    startedAt: new Date(startedAt).toISOString(),
    endedAt: new Date(endedAt).toISOString(),
    ...countSamples(samples),
    latency: {
      p50: latencyQuantile(samples, 0.5),
      p99: latencyQuantile(samples, 0.99),
      max: latencyQuantile(samples, 1),
    },
  };
}
