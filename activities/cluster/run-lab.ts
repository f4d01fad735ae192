import { ApplicationFailure } from '@temporalio/activity';
import { FailureType } from '../../domain/failure.ts';
import { runTool, tailOf } from '../run-tool.ts';

/** Type of a failure of the lab that a retry may cure: what was built and started so far is kept. */
const labFailureType = 'LabFailed';

/**
 * Runs a command of the embedded lab, a program of its own, and gives what it printed.
 * @param command the program, and its leading arguments
 * @param args of the lab's command line
 * @throws ApplicationFailure `ToolMissing` where there is no such program; retryable where it fails
 */
export async function runLab(
  [program = '', ...leading]: readonly string[],
  args: readonly string[],
): Promise<string> {
  const name = `lab ${args[0] ?? ''}`;
  const { exitCode, stdout, stderr, missing } = await runTool({
    command: program,
    args: [...leading, ...args],
    name,
    kind: 'lab',
  });
  if (exitCode === 0) return stdout;
  const message = `${name} failed: ${tailOf(stderr) || `exit code ${exitCode}`}`;
  if (missing) throw ApplicationFailure.nonRetryable(message, FailureType.toolMissing);
  throw ApplicationFailure.retryable(message, labFailureType);
}
