import { readdirSync } from 'node:fs';
import { readStat, type ProcessRecord } from './identity.ts';

type Descendant = Pick<ProcessRecord, 'pid' | 'startTicks'>;

/** Children of the process, their children and so on, as they are now. */
export function descendantsOf(pid: number): Descendant[] {
  const children = childrenByParent();
  const found: Descendant[] = [];
  const open = [pid];
  for (let parent = open.pop(); parent !== undefined; parent = open.pop()) {
    for (const child of children.get(parent) ?? []) {
      found.push(child);
      open.push(child.pid);
    }
  }
  return found;
}

function childrenByParent(): Map<number, Descendant[]> {
  const children = new Map<number, Descendant[]>();
  for (const entry of readdirSync('/proc')) {
    const stat = /^\d+$/.test(entry) ? readStat(Number(entry)) : undefined;
    if (stat === undefined) continue;
    const siblings = children.get(stat.parent) ?? [];
    children.set(stat.parent, [...siblings, { pid: Number(entry), startTicks: stat.startTicks }]);
  }
  return children;
}
