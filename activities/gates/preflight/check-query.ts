import { Context } from '@temporalio/activity';
import type { GateTarget } from '../../../domain/gates/targets.ts';
import type { PromqlGateSpec } from '../../../domain/spec/document.ts';
import { queryResult } from '../prometheus.ts';
import { singleValue } from '../samples/promql.ts';
import type { Source } from '../samples/source.ts';
import { targetQuery } from '../samples/target-query.ts';
import type { Finding } from './finding.ts';

/**
 * Asks Prometheus what a gate's query gives for each target now. One that it refuses, or that gives anything but a
 * single number, is a problem; one that gives nothing yet is none, for the candidate has no requests so far.
 */
export async function checkQuery(
  source: Omit<Source, 'signal'>,
  gate: PromqlGateSpec,
  targets: readonly GateTarget[],
): Promise<Finding[]> {
  const found = await Promise.all(targets.map(async (target) => checkTarget(source, gate, target)));
  return found.flat();
}

async function checkTarget(
  { prometheus, namespace }: Omit<Source, 'signal'>,
  gate: PromqlGateSpec,
  target: GateTarget,
): Promise<Finding[]> {
  const wanted = targetQuery(gate, target, namespace);
  if ('missing' in wanted) return [{ isProblem: true, text: wanted.missing }];
  if (prometheus === null) return [];
  const { query } = wanted;
  const { cancellationSignal: signal } = Context.current();
  const result = await queryResult({ prometheus, query, at: Date.now(), signal });
  if ('trouble' in result) return [{ isProblem: result.refused, text: result.trouble }];
  const value = singleValue(query, result);
  return value.kind === 'unavailable' ? [{ isProblem: true, text: value.reason }] : [];
}
