import { Command, InvalidArgumentError } from 'commander';
import type { Execution } from '../connection/session.ts';
import type { Context } from '../context.ts';
import { optionsOf } from '../options.ts';
import { formatTable } from '../render/table.ts';
import { answer } from './answer.ts';
import { rolloutTypes } from './find-rollout.ts';
import { withSession } from './with-session.ts';

const mostListed = 1_000;

interface ListOptions {
  readonly limit: number;
}

/** `sluice list` */
export function listCommand(context: Context): Command {
  return new Command('list')
    .description('list rollouts, the latest first')
    .option('--limit <count>', 'how many at most', parseLimit, 20)
    .action(async ({ limit }: ListOptions, command: Command) => {
      const options = optionsOf(command);
      await withSession(context, options, async (session) => {
        const found = await session.list(rolloutTypes, limit);
        answer(context, options, found, found.length > 0 ? formatList(found) : 'no rollouts yet');
      });
    });
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= mostListed) return limit;
  throw new InvalidArgumentError(`a whole number from 1 to ${mostListed} is allowed`);
}

function formatList(executions: readonly Execution[]): string {
  const rows = executions.map(({ workflowId, type, state, startedAt, closedAt }) => [
    workflowId,
    type,
    state.toLowerCase(),
    startedAt,
    closedAt ?? '-',
  ]);
  return formatTable(['ID', 'KIND', 'STATE', 'STARTED', 'ENDED'], rows);
}
