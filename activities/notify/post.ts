import { Context } from '@temporalio/activity';
import { request, type Dispatcher } from 'undici';
import { formatDuration } from '../../domain/duration.ts';
import { causeOf } from '../kubernetes/transport.ts';
import { timeLimit } from '../time-limit.ts';

/** Longest wait for one receiver, in ms. */
const timeout = 5_000;

/** Who is told. */
export interface Receiver {
  readonly address: string;
  /** Whether no message may repeat any of the address, its host included. */
  readonly isSecret: boolean;
  /** Connections that are used; undici's own where it is left out. */
  readonly dispatcher?: Dispatcher;
}

/**
 * Posts JSON; cancellation alone is thrown.
 * @param receiver who is told
 * @param body JSON
 * @returns why it was not taken; null when it was
 */
export async function post(receiver: Receiver, body: string): Promise<string | null> {
  const { cancellationSignal } = Context.current();
  const limit = timeLimit(timeout);
  if (!URL.canParse(receiver.address)) return 'its address is none: it must be http:// or https://';
  try {
    const response = await request(receiver.address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: AbortSignal.any([cancellationSignal, limit]),
      ...(receiver.dispatcher && { dispatcher: receiver.dispatcher }),
    });
    await response.body.dump();
    const { statusCode: status } = response;
    return status >= 200 && status < 300 ? null : `it answered ${status}`;
  } catch (error) {
    cancellationSignal.throwIfAborted();
    if (limit.aborted) return `nothing came within ${formatDuration(timeout)}`;
    return receiver.isSecret ? `no connection (${codeOf(error)})` : causeOf(error);
  }
}

/** Messages of the system name the host; codes do not. */
function codeOf(error: unknown): string {
  const { code, errors } = error as { code?: unknown; errors?: readonly unknown[] };
  if (typeof code === 'string') return code;
  return errors === undefined || errors.length === 0 ? 'no reason is known' : codeOf(errors[0]);
}
