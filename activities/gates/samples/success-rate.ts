import { judgeSample } from '../../../domain/gates/judge-sample.ts';
import type { Measurement } from '../../../domain/gates/measurement.ts';
import type { Sample } from '../../../domain/gates/sample.ts';
import type { GateTarget } from '../../../domain/gates/targets.ts';
import type { WindowGateSpec } from '../../../domain/spec/document.ts';
import type { Series } from '../prometheus.ts';
import { requestsQuery } from '../queries.ts';
import type { Source } from './source.ts';
import { measureWindow } from './window.ts';

/** Judges the answers of a target in the window that ends at `at` (epoch ms). */
export async function sampleSuccessRate(
  source: Source,
  gate: WindowGateSpec & { readonly kind: 'successRate' },
  target: GateTarget,
  at: number,
): Promise<Sample> {
  return judgeSample(gate, await measureWindow(source, { gate, target, at }, requestsQuery, countsOf));
}

/** A code that is missing was not answered: the total is there, so the metric is. */
function countsOf(series: readonly Series[]): Measurement {
  const errors = series.filter(({ labels }) => labels.response_code?.startsWith('5'));
  return { kind: 'successRate', requests: sumOf(series), errors: sumOf(errors) };
}

function sumOf(series: readonly Series[]): number {
  return series.reduce((sum, { value }) => sum + value, 0);
}
