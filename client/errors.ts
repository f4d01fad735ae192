import { ExitCode } from '../domain/outcome.ts';

/** One more line about an error, such as a mistake in a document. */
export interface ErrorIssue {
  readonly path: string;
  readonly message: string;
  readonly line?: number | null;
  readonly column?: number | null;
}

/** An error that is told to the user as it is, without a stack, and the exit code that goes with it. */
export class ClientError extends Error {
  readonly exitCode: number;
  readonly issues: readonly ErrorIssue[];

  constructor(message: string, exitCode: number, issues: readonly ErrorIssue[] = []) {
    super(message);
    this.name = 'ClientError';
    this.exitCode = exitCode;
    this.issues = issues;
  }
}

/** What was given cannot work, and nothing was started. */
export function refuse(message: string, issues: readonly ErrorIssue[] = []): ClientError {
  return new ClientError(message, ExitCode.nothingStarted, issues);
}

/** Something was started, or meant to be read, and went wrong. */
export function failure(message: string): ClientError {
  return new ClientError(message, ExitCode.failed);
}
