/** Weights that stand while a run waits for somebody. */
import { ApplicationFailure, CancellationScope } from '@temporalio/workflow';
import { FailureType } from '../domain/failure.ts';
import { watchWhile } from './hold.ts';
import type { Hold } from './watch.ts';

/**
 * Waits while the gates of the stage whose weights stand go on watching.
 * @param standing null where no stage's weights stand
 * @throws GateFailed when a gate fails first; the wait is cancelled then
 */
export async function whileWatched<T>(standing: Hold | null, waiting: () => Promise<T>): Promise<T> {
  if (standing === null || standing.stage.gates.length === 0) return await waiting();
  const scope = new CancellationScope({ cancellable: true });
  const wait = { over: false };
  const waited = scope.run(waiting).finally(() => (wait.over = true));
  // Told below, where it is awaited.
  waited.catch(() => undefined);
  const failed = await watchWhile(standing, () => !wait.over);
  if (failed === null) return await waited;
  scope.cancel();
  await waited.catch(() => undefined);
  const { stage, delivery } = standing;
  const { verdict, reason, endedAt } = failed;
  const { status } = delivery.run;
  status.note(stage, { verdict, reason, endedAt: status.time(endedAt) });
  throw ApplicationFailure.nonRetryable(`stage ${stage.name}: ${reason}`, FailureType.gateFailed);
}
