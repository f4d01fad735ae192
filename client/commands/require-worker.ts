import type { Session } from '../connection/session.ts';
import type { Context } from '../context.ts';
import { refuse } from '../errors.ts';

/** A worker that was started along with the command needs some seconds until it polls. */
const patience = 15_000;
const interval = 500;

/**
 * Waits until a worker polls the task queue: a run that nobody works on would only seem to have started.
 * @throws ClientError if none does for a while
 */
export async function requireWorker(
  { note, sleep }: Context,
  session: Session,
  taskQueue: string,
): Promise<void> {
  for (let waited = 0; waited <= patience; waited += interval) {
    if ((await session.pollers(taskQueue)) > 0) return;
    if (waited === 0) note(`waiting for a worker on task queue ${taskQueue}`);
    await sleep(interval);
  }
  const where = `task queue ${JSON.stringify(taskQueue)} of namespace ${session.namespace} at ${session.address}`;
  throw refuse(
    `no worker polls ${where}: start one with \`npx sluice worker\`, or name the workers' own with --task-queue`,
  );
}
