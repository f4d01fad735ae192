import { madeAnything } from '../../domain/created.ts';
import { nothingStarted } from '../../domain/failure.ts';
import { ExitCode, exitCodeOf } from '../../domain/outcome.ts';
import type { Outcome, RolloutResult } from '../../domain/rollout.ts';
import type { Ending } from '../connection/session.ts';
import { ClientError, type ErrorIssue } from '../errors.ts';

/** A rollout's result and the exit code that goes with it. */
export interface Conclusion {
  readonly result: RolloutResult;
  readonly exitCode: number;
}

/**
 * Reads the result of a rollout from how its run ended.
 * @throws ClientError if the run left no result, as when it was terminated in Temporal
 */
export function conclude(ending: Ending): Conclusion {
  if (ending.kind === 'completed') return concludeCompleted(ending.value);
  const refused = nothingStarted.includes(ending.type ?? '');
  const [result] = ending.details;
  if (isResult(result)) {
    // A service can turn out to be missing or busy after the run has made a cluster: then something was started.
    return {
      result,
      exitCode: refused && !madeAnything(result.created) ? ExitCode.nothingStarted : ExitCode.failed,
    };
  }
  const exitCode = refused ? ExitCode.nothingStarted : ExitCode.failed;
  throw new ClientError(ending.message, exitCode, ending.details.flat().filter(isIssue));
}

function concludeCompleted(value: unknown): Conclusion {
  if (isResult(value)) return { result: value, exitCode: exitCodeOf(value.outcome) };
  throw new ClientError('the run is over and left no result that can be read', ExitCode.failed);
}

/** Every way a rollout can end. */
export const outcomes: readonly Outcome[] = ['Promoted', 'RolledBack', 'Aborted', 'Failed'];

function isResult(value: unknown): value is RolloutResult {
  return (
    isRecord(value) && outcomes.some((outcome) => outcome === value.outcome) && Array.isArray(value.stages)
  );
}

function isIssue(value: unknown): value is ErrorIssue {
  return isRecord(value) && typeof value.path === 'string' && typeof value.message === 'string';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
