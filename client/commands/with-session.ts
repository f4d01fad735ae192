import type { Session } from '../connection/session.ts';
import { resolveServer } from '../connection/settings.ts';
import type { Context } from '../context.ts';
import type { GlobalOptions } from '../options.ts';

/** Connects, acts, and disconnects whatever came of it. */
export async function withSession<Result>(
  context: Context,
  options: GlobalOptions,
  act: (session: Session) => Promise<Result>,
): Promise<Result> {
  const session = await context.openSession(resolveServer(options, context.env));
  try {
    return await act(session);
  } finally {
    await session.close();
  }
}
