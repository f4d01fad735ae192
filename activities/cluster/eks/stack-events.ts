import {
  paginateDescribeStackEvents,
  DescribeStackEventsCommand,
  type Stack,
  type StackEvent,
} from '@aws-sdk/client-cloudformation';
import { Context } from '@temporalio/activity';
import { FailureType } from '../../../domain/failure.ts';
import { ask } from '../../aws/call.ts';
import type { EksOperation } from './operation.ts';

/** The newest thing that CloudFormation says of a stack, in one line. */
export async function latestEvent(operation: EksOperation, stack: Stack): Promise<string> {
  const StackName = idOf(stack);
  const { StackEvents = [] } = await ask(`read the events of stack ${stack.StackName}`, (options) =>
    operation.aws.cloudFormation.send(new DescribeStackEventsCommand({ StackName }), options),
  );
  const [latest] = StackEvents;
  return `stack ${stack.StackName}: ${latest === undefined ? 'no event yet' : describe(latest)}`;
}

/**
 * The first event of a stack that failed: what came after it is its consequence.
 * @returns null when no event tells
 */
export async function firstFailure(
  operation: EksOperation,
  stack: Stack,
): Promise<{ message: string; type: FailureType } | null> {
  const events = await ask(`read the events of stack ${stack.StackName}`, () => allEvents(operation, stack));
  const failed = events.toReversed().find(isFailure);
  if (failed === undefined) return null;
  return { message: describe(failed), type: typeOf(failed.ResourceStatusReason ?? '') };
}

async function allEvents({ aws }: EksOperation, stack: Stack): Promise<StackEvent[]> {
  const { cancellationSignal } = Context.current();
  const events: StackEvent[] = [];
  const pages = paginateDescribeStackEvents({ client: aws.cloudFormation }, { StackName: idOf(stack) });
  for await (const { StackEvents = [] } of pages) {
    cancellationSignal.throwIfAborted();
    events.push(...StackEvents);
  }
  return events;
}

/** What was in the making when something else failed is cancelled, and no cause. */
function isFailure({ ResourceStatus, ResourceStatusReason = '' }: StackEvent): boolean {
  return (
    (ResourceStatus ?? '').endsWith('_FAILED') &&
    !/creation cancelled|deletion cancelled/i.test(ResourceStatusReason)
  );
}

function describe(event: StackEvent): string {
  const { LogicalResourceId, ResourceType, ResourceStatus, ResourceStatusReason } = event;
  const reason = ResourceStatusReason ? `: ${ResourceStatusReason}` : '';
  return `${LogicalResourceId} (${ResourceType}) ${ResourceStatus}${reason}`;
}

/** A resource's own error is text inside the event. */
function typeOf(reason: string): FailureType {
  if (
    /not authorized|AccessDenied|UnauthorizedOperation|ExpiredToken|security token .* (expired|invalid)/i.test(
      reason,
    )
  )
    return FailureType.accessDenied;
  if (/limit ?exceeded|quota|maximum number of/i.test(reason)) return FailureType.quotaExceeded;
  return FailureType.creationFailed;
}

/** A deleted stack is found by its id only. */
function idOf({ StackId, StackName }: Stack): string {
  return StackId ?? StackName ?? '';
}
