import { descendantsOf } from './descendants.ts';
import { endProcess } from './end.ts';
import { readStat } from './identity.ts';

/** Ends a process and everything it started, and returns when all of it is gone. */
export async function endTree(pid: number, graceMs?: number): Promise<void> {
  const startTicks = readStat(pid)?.startTicks;
  if (startTicks === undefined) return;
  const tree = [{ pid, startTicks }, ...descendantsOf(pid)];
  const options = graceMs === undefined ? {} : { graceMs };
  await Promise.all(tree.map((member) => endProcess({ name: `process of ${pid}`, ...member }, options)));
}
