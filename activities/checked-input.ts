/** Has activities check what they are given before they do anything with it. */
import { ApplicationFailure } from '@temporalio/activity';
import { FailureType } from '../domain/failure.ts';
import { inputProblems } from '../domain/input.ts';

type Activity = (...args: never[]) => Promise<unknown>;

/**
 * The activities, each of which fails with `InvalidInput` before it begins where its input is not what it takes: workflows
 * and activities can be started by hand, with whatever input.
 * @param activities by their names
 */
export function withCheckedInput<Activities extends Readonly<Record<string, Activity>>>(
  activities: Activities,
): Activities {
  const checked = Object.entries(activities).map(([name, run]) => [name, checkedActivity(run)]);
  return Object.fromEntries(checked) as Activities;
}

function checkedActivity(run: Activity): Activity {
  return async (...args) => {
    requireRight(inputProblems(args[0]));
    return await run(...args);
  };
}

/** Fails, not retryable, with what is wrong with an input; does nothing where nothing is. */
export function requireRight(problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw ApplicationFailure.nonRetryable(
    `the input is wrong, nothing was changed: ${problems.join('; ')}`,
    FailureType.invalidInput,
  );
}
