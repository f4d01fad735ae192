import type { Measurement, Unavailable } from '../../../domain/gates/measurement.ts';
import { formatDuration } from '../../../domain/duration.ts';
import { causeOf } from '../../kubernetes/transport.ts';
import { timeLimit } from '../../time-limit.ts';
import { CredentialsError } from '../credentials/read.ts';

/** What a cloud's metrics say. */
export type Asked =
  | Exclude<Measurement, Unavailable>
  | (Unavailable & {
      /** Whether it stays until somebody changes the query or what the worker has. */
      readonly lasting: boolean;
    });

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
