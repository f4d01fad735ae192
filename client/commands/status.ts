import { Command } from 'commander';
import { withLiveEvidence } from '../../domain/live-evidence.ts';
import type { RolloutStatus } from '../../domain/rollout.ts';
import { formatWeights } from '../../domain/weights.ts';
import { restoreId } from '../../domain/workflow-id.ts';
import type { Execution, Session } from '../connection/session.ts';
import type { Context } from '../context.ts';
import { optionsOf } from '../options.ts';
import { formatStatus } from '../render/status.ts';
import { answer } from './answer.ts';
import { askStatus } from './ask-status.ts';
import { findRollout } from './find-rollout.ts';
import { withSession } from './with-session.ts';

/** Ends of a run that let it undo nothing. */
const cutOff = ['TERMINATED', 'TIMED_OUT'];

/** `sluice status <id>` */
export function statusCommand(context: Context): Command {
  return new Command('status')
    .description('show where a rollout is')
    .argument('<id>', 'workflow id of the rollout')
    .action(async (id: string, _options, command: Command) => {
      const options = optionsOf(command);
      await withSession(context, options, async (session) => {
        const execution = await findRollout(session, id);
        const status = withLiveEvidence(await askStatus(session, execution), execution.live);
        if (cutOff.includes(execution.state)) await warnOfWeights(context, session, execution, status);
        const { retry } = execution;
        answer(context, options, { ...status, ...(retry && { retry }) }, formatStatus(status, retry));
      });
    });
}

/** A run that was cut off watches its weights no more; only a restore, or the next run, puts them back. */
async function warnOfWeights(
  context: Context,
  session: Session,
  { workflowId, state, closedAt }: Execution,
  status: RolloutStatus,
): Promise<void> {
  const isBack = status.undone.some(({ name, outcome }) => name === 'traffic' && outcome === 'done');
  if (isBack || !status.stages.some(({ startedAt }) => startedAt !== null)) return;
  const later = await session.find(restoreId(workflowId));
  if (later?.state === 'COMPLETED' && later.startedAt > (closedAt ?? '')) {
    context.note(`${workflowId} was cut off (${state}); ${later.workflowId} has put its traffic back`);
    return;
  }
  context.note(
    `${workflowId} was cut off (${state}): ${lastWeights(status)}, and nobody watches them; ` +
      `\`npx sluice restore ${workflowId}\` puts traffic back`,
  );
}

function lastWeights({ phase, weights }: RolloutStatus): string {
  const undone = phase === 'RollingBack' ? 'it was putting traffic back' : 'it put nothing back';
  return Object.keys(weights).length === 0
    ? `${undone}, and it was giving its first weights`
    : `${undone}; the last weights it gave were ${formatWeights(weights)}`;
}
