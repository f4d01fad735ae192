import type { WindowGateSpec } from '../spec/document.ts';
import type { LatencyBuckets, RequestCounts } from './measurement.ts';
import { histogramQuantile } from './quantile.ts';
import { inconclusiveSample, type Sample } from './sample.ts';

/** Judges the requests of one window by the threshold of a gate of the same kind. */
export function judgeWindow(gate: WindowGateSpec, measurement: RequestCounts | LatencyBuckets): Sample {
  const requests = requestsOf(measurement);
  if (!Number.isFinite(requests) || requests < 0)
    return inconclusiveSample(null, 'the number of requests is not known');
  const few = tooFew(requests, gate.minRequests);
  return few === null
    ? compare(gate, measurement, requests)
    : inconclusiveSample(requests, `${few}${unknownWords(measurement)}`);
}

/** Requests that a measurement counts: of a histogram, those of its `+Inf` bucket. */
function requestsOf(measurement: RequestCounts | LatencyBuckets): number {
  if (measurement.kind === 'successRate') return measurement.requests;
  return measurement.buckets.filter(({ le }) => le === Infinity).reduce((sum, { count }) => sum + count, 0);
}

function tooFew(requests: number, minRequests: number): string | null {
  if (requests === 0) return 'no requests in the window';
  if (requests >= minRequests) return null;
  return `${round(requests)} requests in the window (minimum ${minRequests})`;
}

function compare(
  gate: WindowGateSpec,
  measurement: RequestCounts | LatencyBuckets,
  requests: number,
): Sample {
  const value = valueOf(gate, measurement);
  if (!Number.isFinite(value)) return inconclusiveSample(requests, 'the metrics give no number');
  const reason = describe(gate, value, requests);
  if (!passes(gate, value)) return { verdict: 'fail', value, requests, reason };
  const unknown = unknownOf(measurement);
  // Whose failures decide is not known: nobody passes over them, and nobody is blamed.
  if (unknown > 0 && !passes(gate, (value * requests) / (requests + unknown)))
    return inconclusiveSample(requests, `${reason}${unknownWords(measurement)}`);
  return { verdict: 'pass', value, requests, reason };
}

function unknownOf(measurement: RequestCounts | LatencyBuckets): number {
  return measurement.kind === 'successRate' ? measurement.unknown : 0;
}

function unknownWords(measurement: RequestCounts | LatencyBuckets): string {
  const unknown = unknownOf(measurement);
  return unknown > 0 ? `; ${round(unknown)} more failed, version unknown` : '';
}

function valueOf(gate: WindowGateSpec, measurement: RequestCounts | LatencyBuckets): number {
  if (measurement.kind === 'latency') {
    return gate.kind === 'latency' ? histogramQuantile(gate.percentile / 100, measurement.buckets) : NaN;
  }
  const { requests, errors } = measurement;
  return errors >= 0 ? Math.max(0, requests - errors) / requests : NaN;
}

function passes(gate: WindowGateSpec, value: number): boolean {
  return gate.kind === 'successRate' ? value >= gate.min : value <= gate.max;
}

function describe(gate: WindowGateSpec, value: number, requests: number): string {
  const over = `over ${round(requests)} requests`;
  if (gate.kind === 'successRate') {
    return `success rate ${percent(value)} ${over} (minimum ${percent(gate.min)})`;
  }
  return `p${gate.percentile} latency ${round(value)}ms ${over} (maximum ${gate.max}ms)`;
}

/** Rounded down, so that a rate just below the threshold does not read as if it met it. */
function percent(ratio: number): string {
  return `${Math.floor(ratio * 10_000 + 1e-6) / 100}%`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
