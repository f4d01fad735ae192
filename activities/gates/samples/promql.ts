import { judgeSample } from '../../../domain/gates/judge-sample.ts';
import type { Measurement } from '../../../domain/gates/measurement.ts';
import type { Sample } from '../../../domain/gates/sample.ts';
import type { GateTarget } from '../../../domain/gates/targets.ts';
import type { PromqlGateSpec } from '../../../domain/spec/document.ts';
import { queryResult } from '../prometheus.ts';
import type { Result } from '../prometheus-answer.ts';
import type { Source } from './source.ts';
import { targetQuery } from './target-query.ts';

/** Most series that are named where a query gives several. */
const namedSeries = 3;

/** Judges the number that a gate's query gives for a target at `at` (epoch ms). */
export async function samplePromql(
  { prometheus, namespace, signal }: Source,
  gate: PromqlGateSpec,
  target: GateTarget,
  at: number,
): Promise<Sample> {
  const wanted = targetQuery(gate, target, namespace);
  if ('missing' in wanted) return judgeSample(gate, { kind: 'unavailable', reason: wanted.missing });
  const { query } = wanted;
  return judgeSample(gate, singleValue(query, await queryResult({ prometheus, query, at, signal })));
}

/** The one number of an answer; whatever else a query may give has words of its own. */
export function singleValue(query: string, result: Result): Measurement {
  if ('trouble' in result) return { kind: 'unavailable', reason: result.trouble };
  if (result.type === 'scalar') return { kind: 'value', value: result.value };
  if (result.type === 'other') {
    return {
      kind: 'unavailable',
      reason: `${query} gives a ${result.name}, a gate needs a single number${remedies[result.name] ?? ''}`,
    };
  }
  const [first, second] = result.series;
  if (first === undefined)
    return { kind: 'empty', reason: `no data: ${query} is empty${emptyRemedy(query)}` };
  if (second === undefined) return { kind: 'value', value: first.value };
  return { kind: 'unavailable', reason: severalSeries(query, result.series) };
}

/** A sum over series that appear with the first error is empty without one, and a gate does not guess that it means 0. */
function emptyRemedy(query: string): string {
  return /\bor\s+(on\s*\(\s*\)\s*)?vector\s*\(/.test(query)
    ? ''
    : '; where no series means 0, add: or vector(0)';
}

const remedies: Readonly<Record<string, string>> = {
  matrix: ': put a function such as rate() or avg_over_time() around the range',
};

function severalSeries(query: string, series: readonly { readonly labels: object }[]): string {
  const named = series.slice(0, namedSeries).map(({ labels }) => JSON.stringify(labels));
  const more = series.length > namedSeries ? ' …' : '';
  return `${query} gives ${series.length} series (${named.join(', ')}${more}), a gate needs a single number: aggregate it, as in sum(…)`;
}
