import { readFileSync } from 'node:fs';
import type { ProcessRecord } from '../process/identity.ts';

/** Clock ticks a second in /proc: fixed in the kernel's interface (USER_HZ). */
const ticksPerSecond = 100;

/** Seconds the process has been running. */
export function uptimeSeconds({ startTicks }: Pick<ProcessRecord, 'startTicks'>): number {
  const sinceBoot = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
  return Math.max(0, Math.round(sinceBoot - startTicks / ticksPerSecond));
}
