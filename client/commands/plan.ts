import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import type { ClusterPlan } from '../../domain/plan.ts';
import type { Document } from '../../domain/spec/document.ts';
import { rolloutId } from '../../domain/workflow-id.ts';
import type { PlanInput } from '../../workflows/messages.ts';
import type { Session } from '../connection/session.ts';
import type { Context } from '../context.ts';
import { failure } from '../errors.ts';
import { type GlobalOptions, optionsOf } from '../options.ts';
import { formatPlan } from '../render/plan.ts';
import { answer } from './answer.ts';
import { awaitValue } from './await-value.ts';
import { summarize } from '../render/document.ts';
import { readSpec } from './read-spec.ts';
import { requireWorker } from './require-worker.ts';
import { withSession } from './with-session.ts';

/** `sluice plan <spec>` */
export function planCommand(context: Context): Command {
  return new Command('plan')
    .description('show what a rollout would create, after the checks that it begins with')
    .argument('<spec>', 'YAML file with a Rollout or a Canary')
    .action(async (file: string, _options, command: Command) => {
      const options = optionsOf(command);
      const { document } = await readSpec(context, file);
      await withSession(context, options, async (session) => {
        await requireWorker(context, session, options.taskQueue);
        const cluster = await planCluster(context, session, document, options);
        answer(context, options, { document, cluster }, formatPlan(document, cluster));
      });
    });
}

/** A worker knows the account and the credentials: it plans. */
async function planCluster(
  context: Context,
  session: Session,
  document: Document,
  { taskQueue }: GlobalOptions,
): Promise<ClusterPlan> {
  const run = await session.start({
    type: 'plan',
    // One for each who asks: the answer to an older spec is of no use.
    workflowId: `plan/${rolloutId(document)}/${randomUUID()}`,
    taskQueue,
    argument: { cluster: document.spec.cluster } satisfies PlanInput,
    whenOpen: 'fail',
    summary: `plan of ${summarize(document)}`,
    details: 'Looks only: nothing is created.',
  });
  if (run === null) throw failure('the plan could not be started');
  return await awaitValue<ClusterPlan>(context, session, run, 'the plan');
}
