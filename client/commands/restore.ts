import { Command } from 'commander';
import { formatWeights } from '../../domain/weights.ts';
import { restoreId } from '../../domain/workflow-id.ts';
import type { RestoreInput, RestoreResult } from '../../workflows/messages.ts';
import type { Execution, RunRef, Session } from '../connection/session.ts';
import type { Context } from '../context.ts';
import { failure, refuse } from '../errors.ts';
import { type GlobalOptions, optionsOf } from '../options.ts';
import { answer } from './answer.ts';
import { askRun } from './ask-status.ts';
import { awaitValue } from './await-value.ts';
import { findRollout } from './find-rollout.ts';
import { requireWorker } from './require-worker.ts';
import { withSession } from './with-session.ts';

/** `sluice restore <id>` */
export function restoreCommand(context: Context): Command {
  return new Command('restore')
    .description('put the traffic back that a terminated or failed rollout left on its last weights')
    .argument('<id>', 'workflow id of the rollout')
    .action(async (id: string, _options, command: Command) => {
      const options = optionsOf(command);
      await withSession(context, options, async (session) => {
        await requireWorker(context, session, options.taskQueue);
        await restoreTraffic(context, session, await findRollout(session, id), options);
      });
    });
}

async function restoreTraffic(
  context: Context,
  session: Session,
  rollout: Execution,
  options: GlobalOptions,
): Promise<void> {
  refuseOthers(rollout);
  const { workflowId: id } = rollout;
  const input = await askRun(rollout, () => session.restoreInput(rollout));
  if (input === null) {
    answer(
      context,
      options,
      { weights: {}, warnings: [] },
      `${id} changed no traffic: nothing is to be put back`,
    );
    return;
  }
  const run = await start(session, id, input, options);
  context.note(`started ${run.workflowId} (run ${run.runId})`);
  const { weights, warnings } = await awaitValue<RestoreResult>(context, session, run, 'the restore');
  for (const warning of warnings) context.note(`warning: ${warning}`);
  answer(context, options, { ...run, weights, warnings }, `traffic is back: ${formatWeights(weights)}`);
}

/** A run that ended by itself has put its traffic back, or promoted a version that is to stay. */
function refuseOthers({ workflowId, state }: Execution): void {
  if (state === 'RUNNING')
    throw refuse(`${workflowId} is still running: \`npx sluice abort ${workflowId}\` puts its traffic back`);
  if (state === 'COMPLETED')
    throw refuse(
      `${workflowId} ended by itself, and has left nothing to put back: \`npx sluice status ${workflowId}\` shows how`,
    );
}

async function start(
  session: Session,
  id: string,
  input: RestoreInput,
  { taskQueue }: GlobalOptions,
): Promise<RunRef> {
  const run = await session.start({
    type: 'restore',
    workflowId: restoreId(id),
    taskQueue,
    argument: input,
    whenOpen: 'join',
    summary: `restore of ${id}`,
    details: `Puts the traffic of ${Object.keys(input.weights).join(', ')} back: ${formatWeights(input.weights)}.`,
  });
  if (run === null) throw failure(`${restoreId(id)} could not be joined`);
  return run;
}
