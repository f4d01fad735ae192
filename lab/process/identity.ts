import { readFileSync } from 'node:fs';

/** Names one process for good: a pid alone may be somebody else's by the time it is used. */
export interface ProcessRecord {
  name: string;
  pid: number;
  /** Start time in clock ticks since boot: field 22 of /proc/<pid>/stat. */
  startTicks: number;
}

interface ProcessStat {
  state: string;
  parent: number;
  threads: number;
  startTicks: number;
}

type Identity = Pick<ProcessRecord, 'pid' | 'startTicks'>;

const endedStates = ['Z', 'X'];

/** Whether the recorded process still runs; one that ended but was not yet reaped does not. */
export function isAlive(record: Identity): boolean {
  const stat = statOf(record);
  return stat !== undefined && !endedStates.includes(stat.state);
}

/**
 * Whether nothing is left of the recorded process: its ports and files are free. A process of many threads that was
 * killed counts as ended as soon as its first thread has, while the others still hold all that it had open.
 */
export function isGone(record: Identity): boolean {
  const stat = statOf(record);
  return stat === undefined || (endedStates.includes(stat.state) && stat.threads <= 1);
}

function statOf({ pid, startTicks }: Identity): ProcessStat | undefined {
  const stat = readStat(pid);
  return stat?.startTicks === startTicks ? stat : undefined;
}

/** State, parent, threads and start of a process; `undefined` when there is none with this pid. */
export function readStat(pid: number): ProcessStat | undefined {
  const text = readStatText(pid);
  if (text === undefined) return undefined;
  // The second field is the command in parentheses and may itself hold blanks and parentheses.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return {
    state: fields[0] ?? 'X',
    parent: Number(fields[1]),
    threads: Number(fields[17]),
    startTicks: Number(fields[19]),
  };
}

function readStatText(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
