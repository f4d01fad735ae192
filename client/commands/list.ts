import { Command, InvalidArgumentError } from 'commander';
import type { Outcome } from '../../domain/rollout.ts';
import type { Execution } from '../connection/session.ts';
import type { Context } from '../context.ts';
import { outcomes } from '../follow/conclusion.ts';
import { optionsOf } from '../options.ts';
import { formatTable } from '../render/table.ts';
import { answer } from './answer.ts';
import { rolloutTypes } from './find-rollout.ts';
import { withSession } from './with-session.ts';

const mostListed = 1_000;

interface ListOptions extends Attributes {
  readonly limit: number;
}

interface Attributes {
  readonly service?: string;
  readonly cluster?: string;
  readonly stage?: string;
  readonly outcome?: string;
}

/** Search attribute that each option looks at. */
const attributeNames = {
  service: 'SluiceService',
  cluster: 'SluiceCluster',
  stage: 'SluiceStage',
  outcome: 'SluiceOutcome',
} as const;

/** `sluice list` */
export function listCommand(context: Context): Command {
  return new Command('list')
    .description('list rollouts, the latest first')
    .option('--limit <count>', 'how many at most', parseLimit, 20)
    .option('--service <host>', 'of this service alone')
    .option('--cluster <name>', 'on this cluster alone')
    .option('--stage <name>', 'at this stage alone')
    .option('--outcome <outcome>', `that ended so alone: ${outcomes.join(', ')}`, parseOutcome)
    .action(async ({ limit, ...wanted }: ListOptions, command: Command) => {
      const options = optionsOf(command);
      const attributes = attributesOf(wanted);
      await withSession(context, options, async (session) => {
        const found = await session.list({ types: rolloutTypes, attributes }, limit);
        const none = Object.keys(attributes).length > 0 ? 'no such rollouts' : 'no rollouts yet';
        answer(context, options, found, found.length > 0 ? formatList(found) : none);
      });
    });
}

function attributesOf(wanted: Attributes): Readonly<Record<string, string>> {
  const options = Object.keys(attributeNames) as (keyof Attributes)[];
  return Object.fromEntries(
    options.flatMap((option) =>
      wanted[option] === undefined ? [] : [[attributeNames[option], wanted[option]]],
    ),
  );
}

function parseOutcome(text: string): Outcome {
  const outcome = outcomes.find((allowed) => allowed === text);
  if (outcome !== undefined) return outcome;
  throw new InvalidArgumentError(`one of ${outcomes.join(', ')} is allowed`);
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= mostListed) return limit;
  throw new InvalidArgumentError(`a whole number from 1 to ${mostListed} is allowed`);
}

function formatList(executions: readonly Execution[]): string {
  const rows = executions.map(({ workflowId, type, state, startedAt, closedAt, attributes }) => [
    workflowId,
    type,
    attributes[attributeNames.outcome] ?? state.toLowerCase(),
    attributes[attributeNames.stage] ?? '-',
    startedAt,
    closedAt ?? '-',
  ]);
  return formatTable(['ID', 'KIND', 'STATE', 'STAGE', 'STARTED', 'ENDED'], rows);
}
