import type { Interrupted } from './context.ts';

/** Waits for an act, or until SIGINT or SIGTERM; a second signal ends the process as usual. */
export async function untilInterrupted<Result>(act: Promise<Result>): Promise<Result | Interrupted> {
  let interrupt: (signal: NodeJS.Signals) => void = () => undefined;
  const signalled = new Promise<Interrupted>((resolve) => {
    interrupt = (signal) => resolve({ interrupted: signal });
  });
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    return await Promise.race([act, signalled]);
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    // An act that is left behind fails when its connection is closed, which nobody needs to hear of.
    act.catch(() => undefined);
  }
}
