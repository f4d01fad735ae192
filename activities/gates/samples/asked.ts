import { judgeSample } from '../../../domain/gates/judge-sample.ts';
import type { Measurement, Unavailable } from '../../../domain/gates/measurement.ts';
import type { Sample } from '../../../domain/gates/sample.ts';
import type { GateTarget } from '../../../domain/gates/targets.ts';
import type { BoundedGateSpec } from '../../../domain/spec/document.ts';
import { formatDuration } from '../../../domain/duration.ts';
import { causeOf } from '../../kubernetes/transport.ts';
import { timeLimit } from '../../time-limit.ts';
import { CredentialsError } from '../credentials/read.ts';
import type { Source } from './source.ts';

/** What a cloud's metrics say. */
export type Asked =
  | Exclude<Measurement, Unavailable>
  | (Unavailable & {
      /** Whether it stays until somebody changes the query or what the worker has. */
      readonly lasting: boolean;
    });

/** What asking a cloud needs to know of a stage. */
export type CloudSource = Pick<Source, 'namespace' | 'signal'>;

/** Asks a cloud what a gate's query gives for a target at a time (epoch ms). */
export type Measure<Gate> = (
  source: CloudSource,
  gate: Gate,
  target: GateTarget,
  at: number,
) => Promise<Asked>;

/** A sampler that judges what a cloud says. */
export function sampleCloud<Gate extends BoundedGateSpec>(measure: Measure<Gate>) {
  return async (source: CloudSource, gate: Gate, target: GateTarget, at: number): Promise<Sample> =>
    judgeSample(gate, await measure(source, gate, target, at));
}

/** Longest wait for one answer, in ms: both clouds answer within a second or two. */
const answerTimeout = 10_000;

/**
 * Asks a cloud. Whatever goes wrong is an answer; cancellation alone is thrown.
 * @param who is asked, for messages
 */
export async function askCloud(
  who: string,
  signal: AbortSignal,
  ask: (signal: AbortSignal) => Promise<Asked>,
): Promise<Asked> {
  const patience = timeLimit(answerTimeout);
  try {
    return await ask(AbortSignal.any([signal, patience]));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CredentialsError) return unavailable(error.message, true);
    const reason = patience.aborted ? `nothing came within ${formatDuration(answerTimeout)}` : causeOf(error);
    return unavailable(`${who} does not answer: ${reason}`, false);
  }
}

export function unavailable(reason: string, lasting: boolean): Asked {
  return { kind: 'unavailable', reason, lasting };
}
