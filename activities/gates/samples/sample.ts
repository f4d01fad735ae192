import type { Sample } from '../../../domain/gates/sample.ts';
import type { GateTarget } from '../../../domain/gates/targets.ts';
import type { SampledGateSpec } from '../../../domain/spec/document.ts';
import { sampleHttp } from './http.ts';
import { samplePromql } from './promql.ts';
import type { StageSource } from './source.ts';
import { sampleWindow } from './window.ts';

/**
 * One look of a gate at a target, over the gate's window up to `at` (epoch ms). Whatever goes wrong is a sample with
 * the verdict `error`; an abort of the source's signal alone is thrown.
 */
export async function sample(
  source: StageSource,
  gate: SampledGateSpec,
  target: GateTarget,
  at: number,
): Promise<Sample> {
  if (gate.kind === 'promql') return samplePromql(source, gate, target, at);
  if (gate.kind === 'http') return sampleHttp(source, gate, target);
  return sampleWindow(source, gate, target, at);
}
