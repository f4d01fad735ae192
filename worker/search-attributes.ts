/** The search attributes by which rollouts are found: a namespace needs them before the first one runs. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { NativeConnection } from '@temporalio/worker';
import { messageOf } from '../domain/message-of.ts';
import { searchAttributes } from '../workflows/messages.ts';
import { isAway } from './grpc-error.ts';

const names = Object.values(searchAttributes).map(({ name }) => name);

/** Keyword in Temporal's API, temporal.api.enums.v1.IndexedValueType. */
const keyword = 2;

/** Between two looks for new attributes, and how long they may take to be known everywhere, in ms. */
const lookInterval = 500;
const lookTimeout = 90_000;

type Services = Pick<NativeConnection, 'workflowService' | 'operatorService'>;

/**
 * Makes sure that a namespace has the search attributes; adds them where they are missing. A run whose attributes
 * are unknown would not fail but stand still, which is why a worker refuses to work without them.
 * @throws Error that says what to do, when they are not there and cannot be added; the server's own when it was away
 */
export async function ensureSearchAttributes(
  services: Services,
  namespace: string,
  signal: AbortSignal,
): Promise<void> {
  if ((await lackOf(services, namespace)) === null) return;
  await add(services, namespace);
  const deadline = performance.now() + lookTimeout;
  for (;;) {
    const lack = await lackOf(services, namespace);
    if (lack === null) return;
    if (performance.now() >= deadline) throw refusal(namespace, lack);
    await sleep(lookInterval, undefined, { signal });
  }
}

/** Asks as any reader may, also where listing attributes is for administrators alone; null if nothing is missing. */
async function lackOf({ workflowService }: Services, namespace: string): Promise<string | null> {
  const query = names.map((name) => `${name} = 'none'`).join(' OR ');
  try {
    await workflowService.countWorkflowExecutions({ namespace, query });
    return null;
  } catch (error) {
    if (isAway(error)) throw error;
    return messageOf(error);
  }
}

async function add({ operatorService }: Services, namespace: string): Promise<void> {
  const attributes = Object.fromEntries(names.map((name) => [name, keyword]));
  try {
    await operatorService.addSearchAttributes({ namespace, searchAttributes: attributes });
  } catch (error) {
    if (isAway(error)) throw error;
    throw refusal(namespace, messageOf(error));
  }
}

function refusal(namespace: string, reason: string): Error {
  const given = names.map((name) => `--name ${name} --type Keyword`).join(' ');
  return new Error(
    `namespace ${namespace} does not have the search attributes ${names.join(', ')} of type Keyword, and the worker ` +
      `could not add them (${reason}): run \`temporal operator search-attribute create --namespace ${namespace} ${given}\` ` +
      'as somebody who may, then start the worker again',
  );
}
