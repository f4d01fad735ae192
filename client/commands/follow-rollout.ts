import type { RunRef, Session } from '../connection/session.ts';
import { type Context, isInterrupted } from '../context.ts';
import { ClientError } from '../errors.ts';
import { conclude } from '../follow/conclusion.ts';
import { follow } from '../follow/follow.ts';
import { progressLines } from '../follow/progress.ts';
import type { GlobalOptions } from '../options.ts';
import { formatResult } from '../render/result.ts';
import { answer } from './answer.ts';

/** Exit code of a command that a signal ended, as shells have it: 128 and the signal's number. */
const detachedExitCode = { SIGINT: 130, SIGTERM: 143 };

/**
 * Follows a rollout to its end and answers with its result.
 * @throws ClientError if the person stops watching: the rollout goes on
 */
export async function followRollout(
  context: Context,
  session: Session,
  run: RunRef,
  options: GlobalOptions,
): Promise<void> {
  const { note, sleep } = context;
  const followed = await context.untilInterrupted(
    follow(session, run, {
      sleep,
      onNotice: note,
      onDoing: (line) => note(`  ${line}`),
      onRetry: (line) => note(`  ${line}`),
      onStatus: (status, before) => progressLines(before, status).forEach(note),
    }),
  );
  if (isInterrupted(followed)) throw detached(run, followed.interrupted);
  const { result, exitCode } = conclude(followed);
  answer(context, options, result, formatResult(result));
  context.exit(exitCode);
}

function detached({ workflowId }: RunRef, signal: NodeJS.Signals): ClientError {
  const remedy = `watch it with \`npx sluice watch ${workflowId}\`, end it with \`npx sluice abort ${workflowId}\``;
  const exitCode = signal === 'SIGTERM' ? detachedExitCode.SIGTERM : detachedExitCode.SIGINT;
  return new ClientError(`stopped watching, the rollout goes on: ${remedy}`, exitCode);
}
