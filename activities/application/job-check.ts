import { ApplicationFailure, Context } from '@temporalio/activity';
import { FailureType } from '../../domain/failure.ts';
import type { JobCheckSpec } from '../../domain/spec/application.ts';
import { runJob } from '../jobs/run.ts';
import type { ClusterClient } from '../kubernetes/client.ts';

/** Runs the Job of a check, as those of gates are; fails with `CheckFailed` unless it completes. */
export async function checkByJob(
  client: ClusterClient,
  namespace: string,
  task: JobCheckSpec,
): Promise<void> {
  const signal = Context.current().cancellationSignal;
  const { verdict, reason } = await runJob({ client, task, namespace, occasion: ['check'], signal });
  if (verdict !== 'pass') throw ApplicationFailure.nonRetryable(reason, FailureType.checkFailed);
}
