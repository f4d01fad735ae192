import {
  CreateStackCommand,
  DescribeStacksCommand,
  type Stack,
  type StackStatus,
} from '@aws-sdk/client-cloudformation';
import { ApplicationFailure } from '@temporalio/activity';
import { FailureType } from '../../../domain/failure.ts';
import { ask, change, unless } from '../../aws/call.ts';
import type { EksOperation } from './operation.ts';
import { isOwn, ownedTags, tagList } from './owner.ts';
import { firstFailure, latestEvent } from './stack-events.ts';

/** Longest wait for a stack, in ms; eksctl's. */
export const stackTimeout = 25 * 60_000;

/** A stack as it should be. */
export interface WantedStack {
  readonly name: string;
  /** Asked for only when the stack has to be created. */
  readonly template: () => Promise<object>;
  readonly tags: Readonly<Record<string, string>>;
}

/** A stack by its name or id; null when there is none. A name finds none that is deleted, an id does. */
export async function describeStack({ aws }: EksOperation, name: string): Promise<Stack | null> {
  const answer = await unless(
    (error, message) => error === 'ValidationError' && message.includes('does not exist'),
    () =>
      ask(`describe stack ${name}`, (options) =>
        aws.cloudFormation.send(new DescribeStacksCommand({ StackName: name }), options),
      ),
  );
  return answer?.Stacks?.[0] ?? null;
}

/**
 * Makes sure that this run's stack is complete. Its name is what keeps a second one away: an answer that was lost
 * shows in the next look.
 * @throws ApplicationFailure `CreationFailed` with the first event that failed
 */
export async function ensureStack(operation: EksOperation, wanted: WantedStack): Promise<Stack> {
  if ((await describeStack(operation, wanted.name)) === null) await createStack(operation, wanted);
  return await operation.until(
    { until: `stack ${wanted.name} is complete`, timeout: stackTimeout },
    async () => {
      const stack = await describeStack(operation, wanted.name);
      if (stack === null) return { missing: `stack ${wanted.name} does not show yet` };
      if (!isOwn(stack)) throw taken(wanted.name);
      if (isComplete(stack.StackStatus)) return { done: stack };
      if (stack.StackStatus !== 'CREATE_IN_PROGRESS') throw await creationFailure(operation, stack);
      return { missing: await latestEvent(operation, stack) };
    },
  );
}

/** Whether a stack is there in full; eksctl or a person may have changed it since. */
export function isComplete(status: StackStatus | undefined): boolean {
  return /^(CREATE|UPDATE|UPDATE_ROLLBACK|IMPORT)_COMPLETE$/.test(status ?? '');
}

async function createStack(
  { aws, tell }: EksOperation,
  { name, template, tags }: WantedStack,
): Promise<void> {
  const body = JSON.stringify(await template());
  tell(`creating stack ${name}`);
  const command = new CreateStackCommand({
    StackName: name,
    TemplateBody: body,
    Tags: tagList(ownedTags(tags)),
    Capabilities: ['CAPABILITY_IAM'],
    OnFailure: 'ROLLBACK',
    EnableTerminationProtection: true,
  });
  await unless(
    (error) => error === 'AlreadyExistsException',
    () => change(`create stack ${name}`, (options) => aws.cloudFormation.send(command, options)),
  );
}

/** Why a stack is not there, once its roll-back has ended: until then, what it made is still being removed. */
async function creationFailure(operation: EksOperation, stack: Stack): Promise<ApplicationFailure> {
  const name = stack.StackId ?? stack.StackName ?? '';
  const rolledBack = await operation.until(
    { until: `stack ${stack.StackName} is rolled back`, timeout: stackTimeout },
    async () => {
      const now = await describeStack(operation, name);
      return (now?.StackStatus ?? '').endsWith('IN_PROGRESS')
        ? { missing: await latestEvent(operation, stack) }
        : { done: now };
    },
  );
  const failed = await firstFailure(operation, stack);
  const { message, type } = failed ?? {
    message: rolledBack?.StackStatusReason ?? 'no event tells why',
    type: FailureType.creationFailed,
  };
  return ApplicationFailure.nonRetryable(
    `stack ${stack.StackName} could not be created (${rolledBack?.StackStatus ?? 'deleted'}): ${message}`,
    type,
  );
}

function taken(name: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `stack ${name} was created by another process in the meantime`,
    FailureType.targetBusy,
  );
}
