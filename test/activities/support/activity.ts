import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';

type Info = NonNullable<ConstructorParameters<typeof MockActivityEnvironment>[0]>;

/** An activity environment of the run `runId` that keeps the console quiet; what it heartbeats is collected. */
export function activityEnvironment(runId = 'run-1', info: Info = {}) {
  const workflowExecution = { workflowId: 'rollout/lab/default/reviews', runId };
  const environment = new MockActivityEnvironment(
    { workflowExecution, ...info },
    { logger: new DefaultLogger('ERROR') },
  );
  const heartbeats: unknown[] = [];
  environment.on('heartbeat', (details: unknown) => heartbeats.push(details));
  return { environment, heartbeats };
}

/** Runs something as an activity of the run `runId`. */
export async function asActivity<T>(action: () => Promise<T>, runId = 'run-1', info: Info = {}): Promise<T> {
  return activityEnvironment(runId, info).environment.run(action);
}
