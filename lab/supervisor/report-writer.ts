import { writeJson } from '../process/json-file.ts';
import type { PartReport, PartState } from './report.ts';

/** Keeps the report file up to date with what the parts say. */
export interface ReportWriter {
  set(name: string, state: PartState, message: string): void;
  /** Resolves when the file has everything that was set. */
  flush(): Promise<void>;
}

/** A report on the named parts, all waiting at first. */
export function reportWriter(file: string, names: readonly string[]): ReportWriter {
  const parts = new Map<string, PartReport>(
    names.map((name) => [name, { name, state: 'waiting', restarts: 0, message: '' }]),
  );
  let writing = Promise.resolve();
  let queued = false;
  const write = async (): Promise<void> => {
    queued = false;
    await writeJson(file, [...parts.values()]);
  };
  const schedule = (): void => {
    if (queued) return;
    queued = true;
    writing = writing.then(write);
  };
  schedule();
  return {
    set: (name, state, message) => {
      const before = parts.get(name);
      if (before === undefined || (before.state === state && before.message === message)) return;
      const restarts = before.restarts + (state === 'restarting' ? 1 : 0);
      parts.set(name, { name, state, restarts, message });
      schedule();
    },
    flush: () => writing,
  };
}
