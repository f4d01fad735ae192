/** What has to be taken back when a run does not end well: registered before each step, undone newest first. */
import type { UndoEntry } from '../domain/rollout.ts';
import { describeFailure } from './failures.ts';

/** One thing to take back. */
export interface Undo {
  readonly name: string;
  /** Takes it back and says in words what was done; null when there was nothing to do. */
  readonly run: () => Promise<string | null>;
  /** Whether it is half-made, and of no use to anybody: such things are taken back in any case. */
  readonly isHalfMade?: () => boolean;
  /** Name of an entry that has to be taken back before this one, though it was registered earlier. */
  readonly after?: string;
}

export class UndoStack {
  private readonly entries: Undo[] = [];

  /** Call before the step acts. */
  register(undo: Undo): void {
    this.entries.push(undo);
  }

  /** Takes everything back, newest first; one entry that fails does not stop the rest. */
  async unwind(report: (entry: UndoEntry) => void): Promise<void> {
    for (const entry of inOrder(this.entries)) await takeBack(entry, report);
  }

  /** Takes back what is half-made, and leaves the rest. */
  async unwindHalfMade(report: (entry: UndoEntry) => void): Promise<void> {
    for (const entry of this.entries.toReversed()) if (entry.isHalfMade?.()) await takeBack(entry, report);
  }
}

/** Newest first, but for entries that wait for another one. */
function inOrder(entries: readonly Undo[]): Undo[] {
  const order = entries.toReversed();
  const waiting = order.filter(({ after }) => order.some(({ name }) => name === after));
  const rest = order.filter((entry) => !waiting.includes(entry));
  return rest.flatMap((entry) => [entry, ...waiting.filter(({ after }) => after === entry.name)]);
}

/** Takes one thing back and reports it, never throws. */
export async function takeBack({ name, run }: Undo, report: (entry: UndoEntry) => void): Promise<boolean> {
  try {
    const done = await run();
    if (done !== null) report({ name, outcome: 'done', reason: done });
    return true;
  } catch (error) {
    report({ name, outcome: 'failed', reason: describeFailure(error).message });
    return false;
  }
}
