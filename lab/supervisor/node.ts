import type { RunningNode } from '../node/start.ts';
import type { KeptPart } from './keep-running.ts';
import { restartDelay } from './back-off.ts';
import { aborted, pause } from './pause.ts';
import type { PartState } from './report.ts';
import { messageOf } from '../../domain/message-of.ts';

/** Name of the node agent, which runs in the supervisor's own process, among the parts. */
export const nodePart = 'node';

/** Starts the node agent, again with a growing delay when it cannot be started; after that it looks after itself. */
export function keepNode(
  start: () => Promise<RunningNode>,
  onState: (state: PartState, message: string) => void,
): KeptPart {
  const stopping = new AbortController();
  const { promise: ready, resolve: markReady } = Promise.withResolvers<undefined>();
  const running = startUntilStopped(start, onState, stopping.signal).finally(() => markReady(undefined));
  return {
    ready,
    stop: async () => {
      stopping.abort();
      await (await running)?.stop();
      onState('stopped', '');
    },
  };
}

async function startUntilStopped(
  start: () => Promise<RunningNode>,
  onState: (state: PartState, message: string) => void,
  stopping: AbortSignal,
): Promise<RunningNode | undefined> {
  for (let failures = 1; !stopping.aborted; failures++) {
    onState('starting', '');
    try {
      const node = await startOrStop(start, stopping);
      if (node !== undefined) onState('ready', '');
      return node;
    } catch (error) {
      onState('restarting', messageOf(error));
      await pause(restartDelay(failures), stopping);
    }
  }
  return undefined;
}

/** A start waits for the API server however long that takes; one that comes too late is taken back. */
async function startOrStop(
  start: () => Promise<RunningNode>,
  stopping: AbortSignal,
): Promise<RunningNode | undefined> {
  const starting = start();
  await Promise.race([starting, aborted(stopping)]);
  if (!stopping.aborted) return starting;
  // Its own failure is no longer of interest: the lab is being ended.
  starting.then((node) => node.stop()).catch(() => undefined);
  return undefined;
}
