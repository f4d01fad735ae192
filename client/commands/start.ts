import { Command } from 'commander';
import type { Document } from '../../domain/spec/document.ts';
import { rolloutId } from '../../domain/workflow-id.ts';
import type { RolloutInput } from '../../workflows/messages.ts';
import type { RunRef, Session } from '../connection/session.ts';
import type { Context } from '../context.ts';
import { type ClientError, refuse } from '../errors.ts';
import { type GlobalOptions, optionsOf } from '../options.ts';
import { answer } from './answer.ts';
import { detail, summarize } from '../render/document.ts';
import { followRollout } from './follow-rollout.ts';
import { readSpec, type ReadSpec } from './read-spec.ts';
import { requireWorker } from './require-worker.ts';
import { withSession } from './with-session.ts';

interface StartOptions {
  readonly wait: boolean;
}

/** `sluice start <spec>` */
export function startCommand(context: Context): Command {
  return new Command('start')
    .alias('start-rollout')
    .description('start the rollout of a spec and follow it to its end')
    .argument('<spec>', 'YAML file with a Rollout or a Canary')
    .option('--no-wait', 'do not follow the rollout')
    .action(async (file: string, { wait }: StartOptions, command: Command) => {
      const options = optionsOf(command);
      const spec = await readSpec(context, file);
      await withSession(context, options, async (session) => {
        const run = await start(context, session, spec, options);
        if (wait) await followRollout(context, session, run, options);
        else
          answer(
            context,
            options,
            run,
            `started ${describe(run)}; watch it with \`npx sluice watch ${run.workflowId}\``,
          );
      });
    });
}

async function start(
  context: Context,
  session: Session,
  { document, value }: ReadSpec,
  { taskQueue }: GlobalOptions,
): Promise<RunRef> {
  await requireWorker(context, session, taskQueue);
  const workflowId = rolloutId(document);
  const run = await session.start({
    type: workflowType(document),
    workflowId,
    taskQueue,
    argument: { document: value } satisfies RolloutInput,
    whenOpen: 'fail',
    summary: summarize(document),
    details: detail(document),
  });
  if (run === null) throw await alreadyOpen(session, workflowId);
  context.note(`started ${describe(run)}`);
  return run;
}

function workflowType({ kind }: Document): string {
  return kind === 'Rollout' ? 'rollout' : 'canary';
}

function describe({ workflowId, runId }: RunRef): string {
  return `${workflowId} (run ${runId})`;
}

async function alreadyOpen(session: Session, workflowId: string): Promise<ClientError> {
  const other = await session.find(workflowId);
  // Saying where the other one is helps, and must not hide that there is one.
  const status = other && (await session.status(other).catch(() => null));
  const where = status ? `, ${status.phase}: ${status.step}` : '';
  const since = other ? ` (run ${other.runId}, since ${other.startedAt}${where})` : '';
  const remedy = `\`npx sluice watch ${workflowId}\` follows it, \`npx sluice abort ${workflowId}\` ends it`;
  return refuse(`${workflowId} is already running${since}: ${remedy}`);
}
