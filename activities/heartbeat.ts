import { Context } from '@temporalio/activity';

/** Between two heartbeats, in ms: cancellation reaches an activity with the answer to one. */
const heartbeatInterval = 1_000;

/** Does work while telling Temporal once a second that it goes on, with what `details` says then. */
export async function heartbeatWhile<T>(details: () => unknown, work: () => Promise<T>): Promise<T> {
  const context = Context.current();
  // A local activity has nobody to tell: it lives and dies with its workflow task.
  if (context.info.isLocal) return await work();
  const beat = () => context.heartbeat(details());
  beat();
  const timer = setInterval(beat, heartbeatInterval);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
