import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import { ExitCode } from '../../domain/outcome.ts';
import { markdownText } from '../../domain/plain-text.ts';
import { removalSteps } from '../../domain/removal.ts';
import { teardownId } from '../../domain/workflow-id.ts';
import type { TeardownInput, TeardownPlan, TeardownResult } from '../../workflows/messages.ts';
import type { RunRef, Session } from '../connection/session.ts';
import type { Context } from '../context.ts';
import { failure } from '../errors.ts';
import { type GlobalOptions, optionsOf } from '../options.ts';
import { formatRemoval } from '../render/removal.ts';
import { formatUndo } from '../render/result.ts';
import { answer } from './answer.ts';
import { awaitValue } from './await-value.ts';
import { requireWorker } from './require-worker.ts';
import {
  type ClusterOptions,
  clusterRemoval,
  type Removal,
  requireSubject,
  rolloutRemoval,
} from './removal.ts';
import { withSession } from './with-session.ts';

interface TeardownOptions extends ClusterOptions {
  readonly dryRun: boolean;
  readonly releaseTraffic: boolean;
}

/** `sluice teardown <id>`, `sluice teardown --cluster <name>` */
export function teardownCommand(context: Context): Command {
  return new Command('teardown')
    .description('remove what the runs of a rollout made, once it is over: application, mesh, cluster')
    .argument('[id]', 'workflow id of the rollout')
    .option('--cluster <name>', 'instead: an EKS cluster that Sluice made')
    .option('--region <region>', 'with --cluster: its region (default: AWS_REGION)')
    .option('--aws-profile <name>', "with --cluster: a profile of the worker's AWS configuration")
    .option('--release-traffic', 'remove routes although requests would reach other versions then', false)
    .option('--dry-run', 'say what would be removed, in its order, and remove nothing', false)
    .action(async (id: string | undefined, given: TeardownOptions, command: Command) => {
      const options = optionsOf(command);
      const subject = requireSubject(id, given, context.env);
      await withSession(context, options, async (session) => {
        // What a rollout made is a question to a worker.
        await requireWorker(context, session, options.taskQueue);
        const removal = 'id' in subject ? await rolloutRemoval(session, subject.id) : clusterRemoval(subject);
        for (const cluster of removal.elsewhere)
          context.note(
            `what runs of ${removal.subject} made in ${cluster} stays: the same command again removes it`,
          );
        if (given.dryRun) await preview(context, session, removal, options);
        else await tearDown(context, session, releasing(removal, given), options);
      });
    });
}

function releasing(removal: Removal, { releaseTraffic }: TeardownOptions): Removal {
  if (removal.input === null || !releaseTraffic) return removal;
  return { ...removal, input: { ...removal.input, releaseTraffic } };
}

/** What a teardown would remove, as the run that made it has it in its ledger. */
async function preview(
  context: Context,
  session: Session,
  { subject, input }: Removal,
  options: GlobalOptions,
): Promise<void> {
  const steps = input === null ? [] : removalSteps(input.created);
  const nothing = `${subject} made nothing that is left to remove`;
  const meshKept = input === null ? null : await whyMeshStays(context, session, { subject, input }, options);
  const text = steps.length === 0 ? nothing : formatRemoval(subject, steps, meshKept);
  answer(context, options, { steps, meshKept }, text);
}

/** A worker has the way to the cluster: it looks for pods of others. */
async function whyMeshStays(
  context: Context,
  session: Session,
  { subject, input }: { readonly subject: string; readonly input: TeardownInput },
  { taskQueue }: GlobalOptions,
): Promise<string | null> {
  if (!input.created.mesh || input.connection.created) return null;
  const run = await session.start({
    type: 'planTeardown',
    workflowId: `plan/${teardownId(subject)}/${randomUUID()}`,
    taskQueue,
    argument: input,
    whenOpen: 'fail',
    summary: `plan of the teardown of ${subject}`,
    details: 'Looks only: nothing is removed.',
  });
  if (run === null) throw failure('the plan of the teardown could not be started');
  const { meshKept } = await awaitValue<TeardownPlan>(context, session, run, 'the plan of the teardown');
  return meshKept;
}

async function tearDown(
  context: Context,
  session: Session,
  removal: Removal,
  options: GlobalOptions,
): Promise<void> {
  if (removal.input === null) {
    answer(context, options, { undone: [] }, `${removal.subject} made nothing that is left to remove`);
    return;
  }
  const run = await start(session, removal, options);
  context.note(`started ${run.workflowId} (run ${run.runId})`);
  const { undone } = await awaitValue<TeardownResult>(context, session, run, 'the teardown');
  answer(context, options, { ...run, undone }, undone.map(formatUndo).join('\n'));
  context.exit(undone.some(({ outcome }) => outcome === 'failed') ? ExitCode.failed : ExitCode.done);
}

async function start(
  session: Session,
  { subject, input }: Removal,
  { taskQueue }: GlobalOptions,
): Promise<RunRef> {
  const run = await session.start({
    type: 'teardown',
    workflowId: teardownId(subject),
    taskQueue,
    argument: input,
    whenOpen: 'join',
    summary: `teardown of ${subject}`,
    details: markdownText(`Removes what ${subject} made in ${input?.connection.name}.`),
  });
  if (run === null) throw failure(`${teardownId(subject)} could not be joined`);
  return run;
}
