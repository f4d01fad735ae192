import type { RolloutStatus } from '../../domain/rollout.ts';
import { isPassing } from '../connection/grpc-errors.ts';
import { describeNoAnswer, isUnheard } from '../connection/no-answer.ts';
import type { Ending, Execution, RunRef, Session } from '../connection/session.ts';
import { failure } from '../errors.ts';
import { formatRetry } from '../render/retry.ts';

/** How somebody watches a run. */
export interface Watcher {
  /** Told of each status and the one before it; without it, the run is not asked. */
  readonly onStatus?: (status: RolloutStatus, before: RolloutStatus | null) => void;
  /** Told what the step that runs now says of itself, whenever that is something new. */
  readonly onDoing?: (line: string) => void;
  /** Told why a step is tried again, whenever that is something new. */
  readonly onRetry?: (line: string) => void;
  /** Told once when server or worker do not answer, and once when they do again. */
  readonly onNotice: (line: string) => void;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

const interval = 1_000;

/** What one look at a run found. */
type Look =
  | ({ readonly kind: 'open'; readonly status: RolloutStatus | null } & Pick<Execution, 'doing' | 'retry'>)
  | { readonly kind: 'over'; readonly status: RolloutStatus | null; readonly ending: Ending }
  | { readonly kind: 'unknown'; readonly trouble: string };

/**
 * Watches a run until it is over, however often server and worker go away meanwhile.
 * @throws ClientError if the server says that there is no such run
 */
export async function follow(session: Session, run: RunRef, watcher: Watcher): Promise<Ending> {
  let before: RolloutStatus | null = null;
  let trouble: string | null = null;
  let doing: string | null = null;
  let failed: string | null = null;
  for (;;) {
    const look = await lookAt(session, run, watcher.onStatus !== undefined);
    trouble = notice(trouble, look.kind === 'unknown' ? look.trouble : null, watcher);
    if (look.kind !== 'unknown' && look.status) {
      watcher.onStatus?.(look.status, before);
      before = look.status;
    }
    if (look.kind === 'over') return look.ending;
    if (look.kind === 'open') {
      doing = tellDoing(doing, look.doing, watcher);
      failed = tellRetry(failed, look.retry, watcher);
    }
    await watcher.sleep(interval);
  }
}

function notice(before: string | null, now: string | null, { onNotice }: Watcher): string | null {
  if (now !== null && now !== before) onNotice(now);
  if (now === null && before !== null) onNotice('answers again');
  return now;
}

/** The seconds at the end of such a line are not news. */
function tellDoing(before: string | null, now: string | null, { onDoing }: Watcher): string | null {
  const words = now?.replace(/ \(\d+ s\)$/, '') ?? null;
  if (words !== null && words !== before) onDoing?.(words);
  return words ?? before;
}

/** A failure is told once, whichever attempt it was: the next may have another reason. */
function tellRetry(before: string | null, retry: Execution['retry'], { onRetry }: Watcher): string | null {
  if (retry !== null && retry.failure !== before) onRetry?.(formatRetry(retry));
  return retry?.failure ?? null;
}

async function lookAt(session: Session, run: RunRef, asks: boolean): Promise<Look> {
  try {
    const execution = await session.find(run.workflowId, run.runId);
    if (execution === null)
      throw failure(`the Temporal server at ${session.address} knows no run ${run.workflowId} any more`);
    if (execution.state !== 'RUNNING') return await lookBack(session, run, asks);
    return asks
      ? await lookInside(session, execution)
      : { kind: 'open', status: null, doing: execution.doing, retry: execution.retry };
  } catch (error) {
    if (!isPassing(error)) throw error;
    return {
      kind: 'unknown',
      trouble: `the Temporal server at ${session.address} does not answer; trying again`,
    };
  }
}

async function lookInside(session: Session, execution: Execution): Promise<Look> {
  try {
    const { doing, retry } = execution;
    return { kind: 'open', status: await session.status(execution), doing, retry };
  } catch (error) {
    // A run whose worker is away, or stuck, cannot be asked; it goes on all the same once a worker is there.
    const trouble = describeNoAnswer(error, execution);
    return {
      kind: 'unknown',
      trouble: isUnheard(error) ? `${trouble}; the run goes on when one does` : trouble,
    };
  }
}

async function lookBack(session: Session, run: RunRef, asks: boolean): Promise<Look> {
  const ending = await session.ending(run);
  // What happened since the last look; a run that is over may have no worker left to tell it.
  const status = asks ? await session.status(run).catch(() => null) : null;
  return { kind: 'over', status, ending };
}
