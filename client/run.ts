import { CommanderError } from 'commander';
import { ExitCode } from '../domain/outcome.ts';
import type { Context } from './context.ts';
import { messageOf } from '../domain/message-of.ts';
import { ClientError } from './errors.ts';
import { createProgram } from './program.ts';

/** Runs one command line; whatever goes wrong becomes a message and an exit code. */
export async function run(argv: readonly string[], context: Context): Promise<void> {
  try {
    await createProgram(context, argv).parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return;
    report(asClientError(error), wantsJson(argv), context);
  }
}

function asClientError(error: unknown): ClientError {
  if (error instanceof ClientError) return error;
  if (!(error instanceof CommanderError)) return new ClientError(messageOf(error), ExitCode.failed);
  // Without a command, commander shows its help as an error.
  const message =
    error.code === 'commander.help'
      ? 'no command is given'
      : error.message.replace(/^error: /, '').replaceAll('\n', ' ');
  return new ClientError(`${message}; \`npx sluice --help\` shows the commands`, ExitCode.nothingStarted);
}

function report(
  { message, issues, exitCode }: ClientError,
  json: boolean,
  { print, note, exit }: Context,
): void {
  if (json) print(JSON.stringify({ error: { message, ...(issues.length > 0 ? { issues } : {}) } }, null, 2));
  else note(`error: ${message}`);
  exit(exitCode);
}

/** A command line that cannot be parsed is looked at by eye: the answer's form is the least to get right. */
function wantsJson(argv: readonly string[]): boolean {
  return argv.some((arg, index) => {
    if (arg === '--output=json' || arg === '-ojson') return true;
    return arg === 'json' && ['--output', '-o'].includes(argv[index - 1] ?? '');
  });
}
