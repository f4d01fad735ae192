import { Context } from '@temporalio/activity';
import type { Measurement } from '../../../domain/gates/measurement.ts';
import type { GateTarget } from '../../../domain/gates/targets.ts';
import type { PromqlGateSpec } from '../../../domain/spec/document.ts';
import { queryResult } from '../prometheus.ts';
import { singleValue } from '../samples/promql.ts';
import type { Source } from '../samples/source.ts';
import { targetQuery } from '../samples/target-query.ts';
import type { CheckTarget, Finding } from './finding.ts';

type PrometheusSource = Omit<Source, 'signal'>;

/**
 * Asks Prometheus what a gate's query gives for each target now. One that it refuses, or that gives anything but a
 * single number, is a problem. One that gives nothing yet is none, for the candidate has no requests so far; where the
 * stable version has nothing either it is a warning.
 */
export async function checkQuery(
  source: PrometheusSource,
  gate: PromqlGateSpec,
  targets: readonly CheckTarget[],
): Promise<Finding[]> {
  const found = await Promise.all(targets.map(async (one) => checkTarget(source, gate, one)));
  return found.flat();
}

async function checkTarget(
  source: PrometheusSource,
  gate: PromqlGateSpec,
  { target, stable }: CheckTarget,
): Promise<Finding[]> {
  const answer = await answerOf(source, gate, target);
  if (answer === null) return [];
  if ('isProblem' in answer) return [answer];
  if (answer.kind === 'unavailable') return [{ isProblem: true, text: answer.reason }];
  if (answer.kind !== 'empty' || stable === null) return [];
  const beside = await answerOf(source, gate, stable);
  const isEmpty = beside !== null && 'kind' in beside && beside.kind === 'empty';
  return isEmpty ? [{ isProblem: false, text: `${answer.reason} (it is for the stable version too)` }] : [];
}

/** What the query gives for a target, or why it cannot be asked; null where no Prometheus can be. */
async function answerOf(
  { prometheus, namespace }: PrometheusSource,
  gate: PromqlGateSpec,
  target: GateTarget,
): Promise<Measurement | Finding | null> {
  const wanted = targetQuery(gate, target, namespace);
  if ('missing' in wanted) return { isProblem: true, text: wanted.missing };
  if (prometheus === null) return null;
  const { query } = wanted;
  const { cancellationSignal: signal } = Context.current();
  const result = await queryResult({ prometheus, query, at: Date.now(), signal });
  return 'trouble' in result
    ? { isProblem: result.refused, text: result.trouble }
    : singleValue(query, result);
}
