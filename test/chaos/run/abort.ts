/** Somebody aborts a run, and does not give up when Temporal is away. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Plan } from '../plan/plan.ts';
import type { Stand } from '../stand/stand.ts';
import type { Moments } from './moments.ts';

const retryInterval = 250;

/** Sends the signal at the plan's moment, if it has one. */
export async function abortAt(
  { ending }: Plan,
  moments: Moments,
  { client }: Stand,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  if (ending.outcome !== 'Aborted') return;
  const reached = await moments.reached(ending.moment.at);
  if (reached === null) return;
  await sleep(Math.max(0, reached + ending.moment.after - Date.now()), undefined, { signal });
  for (;;) {
    try {
      await client.workflow.getHandle(id).signal('abort', { by: 'chaos', reason: 'as planned' });
      return;
    } catch {
      await sleep(retryInterval, undefined, { signal });
    }
  }
}
