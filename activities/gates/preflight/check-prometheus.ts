import { Context } from '@temporalio/activity';
import type { GateSpec } from '../../../domain/spec/document.ts';
import { queryResult } from '../prometheus.ts';
import type { Finding } from './finding.ts';

/** Says which gates wait for a Prometheus that does not answer: it may come back before they look. */
export async function checkPrometheus(
  prometheus: string | null,
  gates: readonly GateSpec[],
): Promise<Finding[]> {
  const needy = [...new Set(gates.filter(needsPrometheus).map(({ name }) => name))];
  if (needy.length === 0) return [];
  const { cancellationSignal: signal } = Context.current();
  const result = await queryResult({ prometheus, query: 'vector(1)', at: Date.now(), signal });
  if (!('trouble' in result)) return [];
  const text = `${needy.join(', ')} will be inconclusive until Prometheus answers: ${result.trouble}`;
  return [{ isProblem: false, text }];
}

function needsPrometheus(gate: GateSpec): boolean {
  if (gate.kind === 'errors' || gate.kind === 'slowRequests') return gate.source === 'prometheus';
  return gate.kind === 'successRate' || gate.kind === 'latency' || gate.kind === 'promql';
}
