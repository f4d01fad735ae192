import type { RunRef, Session } from '../connection/session.ts';
import { type Context, isInterrupted } from '../context.ts';
import { ClientError, failure } from '../errors.ts';
import { follow } from '../follow/follow.ts';

/**
 * Waits for what a run returns, and tells meanwhile what it does.
 * @throws ClientError if it failed, or whoever waits has had enough
 */
export async function awaitValue<T>(
  { note, sleep, untilInterrupted }: Context,
  session: Session,
  run: RunRef,
  what: string,
): Promise<T> {
  const watcher = { sleep, onNotice: note, onDoing: (line: string) => note(`  ${line}`) };
  const ending = await untilInterrupted(follow(session, run, watcher));
  if (isInterrupted(ending)) throw new ClientError(`stopped waiting, ${run.workflowId} goes on`, 130);
  if (ending.kind === 'failed') throw failure(`${what} failed: ${ending.message}`);
  return ending.value as T;
}
