import { Context } from '@temporalio/activity';
import type { CloudSource, Measure } from '../samples/asked.ts';
import type { CheckTarget, Finding } from './finding.ts';

/**
 * Asks a cloud what a gate's query gives for each target now. Keys that are missing or refused and a query that it does not
 * understand are problems; no data is none, for the candidate has no requests so far.
 */
export function checkCloud<Gate>(measure: Measure<Gate>) {
  return async (
    { namespace }: Pick<CloudSource, 'namespace'>,
    gate: Gate,
    targets: readonly CheckTarget[],
  ): Promise<Finding[]> => {
    const { cancellationSignal: signal } = Context.current();
    const asked = targets.map(async ({ target }) => measure({ namespace, signal }, gate, target, Date.now()));
    return (await Promise.all(asked)).flatMap((one) =>
      one.kind === 'unavailable' ? [{ isProblem: one.lasting, text: one.reason }] : [],
    );
  };
}
