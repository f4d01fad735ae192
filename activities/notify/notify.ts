import { Context } from '@temporalio/activity';
import type { NotificationSpec, NotifiedEvent } from '../../domain/spec/document.ts';
import { chatText } from '../../domain/plain-text.ts';
import { guardedDispatcher } from '../requests/guarded.ts';
import { post } from './post.ts';

export interface NotifyInput {
  readonly notifications: readonly NotificationSpec[];
  readonly event: NotifiedEvent;
  /** Id of the rollout's workflow. */
  readonly rollout: string;
  /** Null for an event of no stage. */
  readonly stage: string | null;
  readonly message: string;
}

export interface Notified {
  /** Receivers that were not told; `url` as the spec names it. */
  readonly failed: readonly { readonly url: string; readonly reason: string }[];
}

/** Tells everybody who wants an event. A receiver that cannot be told is an answer, never a failure. */
export async function notify(input: NotifyInput): Promise<Notified> {
  const receivers = input.notifications.filter(({ on }) => on.includes(input.event));
  const body = JSON.stringify(bodyOf(input));
  const outcomes = await Promise.all(
    receivers.map(async (receiver) => ({ url: nameOf(receiver), reason: await tell(receiver, body) })),
  );
  return { failed: outcomes.flatMap(({ url, reason }) => (reason === null ? [] : [{ url, reason }])) };
}

/** `text` is what chat receivers such as Slack and Mattermost show. */
function bodyOf({ event, rollout, stage, message }: NotifyInput) {
  const where = stage === null ? rollout : `${rollout}, stage ${stage}`;
  return {
    event,
    workflowId: rollout,
    runId: Context.current().info.workflowExecution?.runId ?? '',
    stage,
    message,
    at: new Date().toISOString(),
    text: chatText(`${where}: ${event}: ${message}`).replace(/\s+/g, ' '),
  };
}

async function tell(receiver: NotificationSpec, body: string): Promise<string | null> {
  if ('url' in receiver)
    return post({ address: receiver.url, isSecret: false, dispatcher: guardedDispatcher() }, body);
  const address = process.env[receiver.urlFromEnv];
  return address === undefined
    ? `${nameOf(receiver)} is not set in the environment of the worker`
    : post({ address, isSecret: true }, body);
}

/** An address that comes from the environment is a secret. */
function nameOf(receiver: NotificationSpec): string {
  return 'url' in receiver ? receiver.url : `$${receiver.urlFromEnv}`;
}
