import { Context } from '@temporalio/activity';
import { needsOf } from '../../../domain/gates/kinds.ts';
import type { GateSpec } from '../../../domain/spec/document.ts';
import { queryResult } from '../prometheus.ts';
import type { Finding } from './finding.ts';

/** Says which gates wait for a Prometheus that does not answer: it may come back before they look. */
export async function checkPrometheus(
  prometheus: string | null,
  gates: readonly GateSpec[],
): Promise<Finding[]> {
  const needy = [...new Set(gates.filter((gate) => needsOf(gate).prometheus(gate)).map(({ name }) => name))];
  if (needy.length === 0) return [];
  const { cancellationSignal: signal } = Context.current();
  const result = await queryResult({ prometheus, query: 'vector(1)', at: Date.now(), signal });
  if (!('trouble' in result)) return [];
  const text = `${needy.join(', ')} will be inconclusive until Prometheus answers: ${result.trouble}`;
  return [{ isProblem: false, text }];
}
