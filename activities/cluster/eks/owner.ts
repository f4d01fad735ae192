import type { Stack, Tag } from '@aws-sdk/client-cloudformation';
import { Context } from '@temporalio/activity';

/** Tags of a stack that say which run made it. */
const workflowTag = 'sluice.dev/workflow-id';
const runTag = 'sluice.dev/run-id';

/** A run that made a stack. */
export interface Owner {
  readonly workflowId: string;
  readonly runId: string;
}

/** The run that this activity belongs to. */
export function currentOwner(): Owner {
  const execution = Context.current().info.workflowExecution;
  return { workflowId: execution?.workflowId ?? '', runId: execution?.runId ?? '' };
}

/** The run that made a stack; null for a stack that Sluice did not make. */
export function ownerOf({ Tags = [] }: Pick<Stack, 'Tags'>): Owner | null {
  const valueOf = (key: string) => Tags.find(({ Key }) => Key === key)?.Value;
  const runId = valueOf(runTag);
  return runId === undefined ? null : { workflowId: valueOf(workflowTag) ?? '', runId };
}

/** Whether this run made the stack, in this attempt or an earlier one. */
export function isOwn(stack: Pick<Stack, 'Tags'>): boolean {
  return ownerOf(stack)?.runId === currentOwner().runId;
}

/** Tags of something that this run makes, as most services take them. */
export function ownedTags(tags: Readonly<Record<string, string>>): Record<string, string> {
  const { workflowId, runId } = currentOwner();
  return { ...tags, [workflowTag]: workflowId, [runTag]: runId };
}

/** Tags as CloudFormation takes them. */
export function tagList(tags: Readonly<Record<string, string>>): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
