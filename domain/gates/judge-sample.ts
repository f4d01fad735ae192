import type { BoundedGateSpec, WindowGateSpec } from '../spec/document.ts';
import { judgeWindow } from './judge-window.ts';
import type { Measurement } from './measurement.ts';
import { failedSample, inconclusiveSample, type Sample } from './sample.ts';

/**
 * Judges a measurement by a gate's threshold. A value on the threshold passes.
 * Whatever is not known for sure (no data, too few requests, NaN) is inconclusive, and what could not be measured is
 * an error: neither is ever a pass.
 */
export function judgeSample(gate: WindowGateSpec | BoundedGateSpec, measurement: Measurement): Sample {
  if (measurement.kind === 'unavailable') return failedSample(measurement.reason);
  if (measurement.kind === 'empty') return inconclusiveSample(null, measurement.reason);
  if (!('minRequests' in gate) && measurement.kind === 'value') return judgeValue(gate, measurement.value);
  if (!('minRequests' in gate) || measurement.kind !== gate.kind) {
    return failedSample(`gate ${gate.name} asks for ${gate.kind} and was given ${measurement.kind}`);
  }
  return judgeWindow(gate, measurement);
}

/** An infinite value is a division by nothing far more often than a measurement: it is no reason to blame anybody. */
function judgeValue({ min, max }: BoundedGateSpec, value: number): Sample {
  if (!Number.isFinite(value))
    return inconclusiveSample(null, `the query gives ${value}, which is no number`);
  const passes = value >= (min ?? -Infinity) && value <= (max ?? Infinity);
  const bounds = [
    ...(min === null ? [] : [`minimum ${min}`]),
    ...(max === null ? [] : [`maximum ${max}`]),
  ].join(', ');
  const reason = `the query gives ${value} (${bounds})`;
  return { verdict: passes ? 'pass' : 'fail', value, requests: null, reason };
}
