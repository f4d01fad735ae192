import { ApplicationFailure, Context } from '@temporalio/activity';
import { CredentialWait, noteAnswer, noteChange } from './credential-wait.ts';
import { awsErrorName, awsFailure, isCredentialFailure } from './failure.ts';

/** What a command is sent with. */
interface SendOptions {
  readonly abortSignal?: AbortSignal;
}

/** A call of the SDK, such as `(options) => eks.send(new DescribeClusterCommand({ name }), options)`. */
export type AwsCall<Answer> = (options: SendOptions) => Promise<Answer>;

/** Asks something of AWS; cancellation of the activity interrupts it. `what` completes "cannot …". */
export async function ask<Answer>(what: string, call: AwsCall<Answer>): Promise<Answer> {
  return await failing(what, () => call({ abortSignal: Context.current().cancellationSignal }));
}

/**
 * Changes something in AWS. Nothing interrupts it: a request that was given up may still be carried out, after the
 * undo has looked for what it made.
 */
export async function change<Answer>(what: string, call: AwsCall<Answer>): Promise<Answer> {
  Context.current().cancellationSignal.throwIfAborted();
  noteChange();
  return await failing(what, () => call({}));
}

/** The answer, or null for an error that is one of those, by AWS's name for it and its message. */
export async function unless<Answer>(
  expected: (name: string, message: string) => boolean,
  act: () => Promise<Answer>,
): Promise<Answer | null> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof ApplicationFailure && expected(awsErrorName(error), error.message)) return null;
    throw error;
  }
}

/** Waits for new credentials where the operation allows it; throws every other failure. */
async function failing<Answer>(what: string, act: () => Promise<Answer>): Promise<Answer> {
  const wait = new CredentialWait();
  for (;;) {
    try {
      const answer = await act();
      noteAnswer();
      return answer;
    } catch (error) {
      Context.current().cancellationSignal.throwIfAborted();
      const failure = awsFailure(what, error);
      if (!isCredentialFailure(failure) || !(await wait.pause(failure))) throw failure;
    }
  }
}
