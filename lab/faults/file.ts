import { readJson, writeJson } from '../process/json-file.ts';
import { withLock } from '../process/lock.ts';
import { readFaults, type Faults } from './fault.ts';
import type { FaultChange } from './parse.ts';

/** Faults that are turned on; none if there is no such file. */
export async function listFaults(file: string): Promise<Faults> {
  return readFaults((await readJson(file)) ?? {});
}

/** Turns faults on and off; those of other workloads stay. The programs see the old file or the new one, never half. */
export async function changeFaults(file: string, changes: readonly FaultChange[]): Promise<Faults> {
  return withLock(file, async () => {
    const before = await listFaults(file);
    const after = {
      ...before,
      ...Object.fromEntries(changes.map(({ workload, fault }) => [workload, fault])),
    };
    const on = Object.fromEntries(Object.entries(after).filter(([, fault]) => Object.keys(fault).length > 0));
    await writeJson(file, on);
    return on;
  });
}
