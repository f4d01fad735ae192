import { readFileSync, statSync } from 'node:fs';
import { noFault, readFaults, type Fault, type Faults } from '../faults/fault.ts';

/** Milliseconds between two looks at the file. */
const lookInterval = 50;

/** Gives the fault that is turned on for a workload now: follows the file, at the cost of a `stat` now and then. */
export function createFaultKnobs(
  file: string | undefined,
  workload: string,
  now: () => number = () => performance.now(),
): () => Fault {
  if (file === undefined) return () => noFault;
  let faults: Faults = {};
  let seen = '';
  let lookedAt = Number.NEGATIVE_INFINITY;
  return () => {
    if (now() - lookedAt >= lookInterval) {
      lookedAt = now();
      const mark = fileMark(file);
      if (mark !== seen) faults = mark === '' ? {} : (tryRead(file) ?? faults);
      seen = mark;
    }
    return faults[workload] ?? noFault;
  };
}

// A file written by rename has a new inode; its time alone may be the same.
function fileMark(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat === undefined ? '' : `${stat.ino}:${stat.mtimeMs}:${stat.size}`;
}

function tryRead(file: string): Faults | undefined {
  try {
    return readFaults(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    console.error(`faults stay as they were: ${file} cannot be read: ${String(error)}`);
    return undefined;
  }
}
