import { Context } from '@temporalio/activity';
import { needsOf } from '../../../domain/gates/kinds.ts';
import type { GateSpec, PrometheusSpec } from '../../../domain/spec/document.ts';
import { queryResult } from '../prometheus.ts';
import type { Finding } from './finding.ts';

/**
 * Says which gates wait for a Prometheus that does not answer. One that may come back before they ask is a warning; what is
 * wrong with address or credentials is a problem.
 */
export async function checkPrometheus(
  prometheus: PrometheusSpec | null,
  gates: readonly GateSpec[],
): Promise<Finding[]> {
  const needy = gates.filter((gate) => needsOf(gate).prometheus(gate));
  if (needy.length === 0) return [];
  const { cancellationSignal: signal } = Context.current();
  const result = await queryResult({ prometheus, query: 'vector(1)', at: Date.now(), signal });
  if (!('trouble' in result)) return [];
  const names = [...new Set(needy.map(({ name }) => name))].join(', ');
  const isProblem = result.refused && needy.some(({ dryRun }) => !dryRun);
  return [{ isProblem, text: `${names} will be inconclusive until Prometheus answers: ${result.trouble}` }];
}
