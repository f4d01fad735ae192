import { Command } from 'commander';
import { ExitCode } from '../../domain/outcome.ts';
import type { Created, RolloutStatus } from '../../domain/rollout.ts';
import { resolveDocument } from '../../domain/spec/resolve.ts';
import { teardownId } from '../../domain/workflow-id.ts';
import type { TeardownInput, TeardownResult } from '../../workflows/messages.ts';
import type { Ending, Execution, RunRef, Session } from '../connection/session.ts';
import { type Context, isInterrupted } from '../context.ts';
import { ClientError, failure, refuse } from '../errors.ts';
import { follow } from '../follow/follow.ts';
import { type GlobalOptions, optionsOf } from '../options.ts';
import { formatUndo } from '../render/result.ts';
import { answer } from './answer.ts';
import { askStatus } from './ask-status.ts';
import { findRollout } from './find-rollout.ts';
import { requireWorker } from './require-worker.ts';
import { withSession } from './with-session.ts';

/** `sluice teardown <id>` */
export function teardownCommand(context: Context): Command {
  return new Command('teardown')
    .description('remove what a rollout that is over made: application, mesh, cluster')
    .argument('<id>', 'workflow id of the rollout')
    .action(async (id: string, _options, command: Command) => {
      const options = optionsOf(command);
      await withSession(context, options, async (session) => {
        const rollout = await findRollout(session, id);
        if (rollout.state === 'RUNNING')
          throw refuse(`${id} is still running: end it first with \`npx sluice abort ${id}\``);
        await tearDown(context, session, rollout, options);
      });
    });
}

async function tearDown(
  context: Context,
  session: Session,
  rollout: Execution,
  options: GlobalOptions,
): Promise<void> {
  await requireWorker(context, session, options.taskQueue);
  const input = await inputFor(session, rollout);
  if (input === null) {
    answer(context, options, { undone: [] }, `${rollout.workflowId} made nothing that is left to remove`);
    return;
  }
  const run = await start(session, rollout, input, options);
  context.note(`started ${run.workflowId} (run ${run.runId})`);
  const { undone } = await result(context, session, run);
  answer(context, options, { ...run, undone }, undone.map(formatUndo).join('\n'));
  context.exit(undone.some(({ outcome }) => outcome === 'failed') ? ExitCode.failed : ExitCode.done);
}

async function inputFor(session: Session, rollout: Execution): Promise<TeardownInput | null> {
  const { connection, created }: RolloutStatus = await askStatus(session, rollout);
  if (connection === null || !anything(created)) return null;
  return { connection, created, namespace: await namespaceOf(session, rollout) };
}

function anything({ cluster, mesh, namespaceLabel, objects }: Created): boolean {
  return cluster || mesh || namespaceLabel || objects.length > 0;
}

/** The run's own argument tells it, whatever has become of the file. */
async function namespaceOf(session: Session, rollout: Execution): Promise<string> {
  const argument = await session.argument(rollout);
  const value =
    typeof argument === 'object' && argument !== null && 'document' in argument ? argument.document : null;
  const resolved = resolveDocument(value);
  if ('document' in resolved) return resolved.document.spec.namespace;
  throw failure(`the document of ${rollout.workflowId} cannot be read any more`);
}

async function start(
  session: Session,
  { workflowId }: Execution,
  input: TeardownInput,
  { taskQueue }: GlobalOptions,
): Promise<RunRef> {
  const run = await session.start({
    type: 'teardown',
    workflowId: teardownId(workflowId),
    taskQueue,
    argument: input,
    whenOpen: 'join',
    summary: `teardown of ${workflowId}`,
    details: `Removes what ${workflowId} made in ${input.connection.name}.`,
  });
  if (run === null) throw failure(`${teardownId(workflowId)} could not be joined`);
  return run;
}

async function result(
  { note, sleep, untilInterrupted }: Context,
  session: Session,
  run: RunRef,
): Promise<TeardownResult> {
  const ending = await untilInterrupted(follow(session, run, { sleep, onNotice: note }));
  if (isInterrupted(ending)) throw new ClientError(`stopped waiting, ${run.workflowId} goes on`, 130);
  return readEnding(ending);
}

function readEnding(ending: Ending): TeardownResult {
  if (ending.kind === 'failed') throw failure(`the teardown failed: ${ending.message}`);
  return ending.value as TeardownResult;
}
