import { judgeSample } from '../../../domain/gates/judge-sample.ts';
import type { Measurement } from '../../../domain/gates/measurement.ts';
import type { Sample } from '../../../domain/gates/sample.ts';
import type { GateTarget } from '../../../domain/gates/targets.ts';
import type { WindowGateSpec } from '../../../domain/spec/document.ts';
import { latencyQuery } from '../queries.ts';
import type { StageSource } from './source.ts';
import { measureWindow, type WindowSeries } from './window.ts';

/** Judges how long a target took to answer in the window that ends at `at` (epoch ms). */
export async function sampleLatency(
  source: StageSource,
  gate: WindowGateSpec & { readonly kind: 'latency' },
  target: GateTarget,
  at: number,
): Promise<Sample> {
  return judgeSample(gate, await measureWindow(source, { gate, target, at }, latencyQuery, bucketsOf));
}

/** A request that got no answer has no latency of a version. */
function bucketsOf({ own }: WindowSeries): Measurement {
  return {
    kind: 'latency',
    buckets: own.map(({ labels, value }) => ({ le: boundOf(labels.le), count: value })),
  };
}

function boundOf(le: string | undefined): number {
  return le === '+Inf' ? Infinity : Number(le);
}
