import { Context } from '@temporalio/activity';
import { request } from 'undici';
import { formatDuration } from '../../domain/duration.ts';
import { causeOf } from '../kubernetes/transport.ts';
import { timeLimit } from '../time-limit.ts';

/** Longest wait for one receiver, in ms. */
const timeout = 5_000;

/**
 * Posts JSON; cancellation alone is thrown.
 * @returns why it was not taken, without the address, which may be a secret; null when it was
 */
export async function post(address: string, body: string): Promise<string | null> {
  const { cancellationSignal } = Context.current();
  const patience = timeLimit(timeout);
  if (!URL.canParse(address)) return 'its address is none: it must be http:// or https://';
  try {
    const response = await request(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: AbortSignal.any([cancellationSignal, patience]),
    });
    await response.body.dump();
    const { statusCode: status } = response;
    return status >= 200 && status < 300 ? null : `it answered ${status}`;
  } catch (error) {
    cancellationSignal.throwIfAborted();
    return patience.aborted ? `nothing came within ${formatDuration(timeout)}` : causeOf(error);
  }
}
