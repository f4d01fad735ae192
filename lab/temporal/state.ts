import { join } from 'node:path';
import type { ProcessRecord } from '../process/identity.ts';
import { readJson, writeJson } from '../process/json-file.ts';
import type { TemporalPorts } from './ports.ts';

/** What is remembered of a server between commands, and after its end. */
export interface TemporalState {
  ports: TemporalPorts;
  /** The process that serves, or served until it was killed; `null` after it was stopped. */
  process: ProcessRecord | null;
}

/** Files of the server below a lab's state directory. */
export function temporalFiles(stateDir: string) {
  const directory = join(stateDir, 'temporal');
  return {
    state: join(directory, 'temporal.json'),
    database: join(directory, 'temporal.db'),
    lock: join(directory, 'temporal'),
    log: join(stateDir, 'logs', 'temporal.log'),
  };
}

/** What was remembered; `undefined` where no server was ever started. */
export async function readState(stateDir: string): Promise<TemporalState | undefined> {
  return (await readJson(temporalFiles(stateDir).state)) as TemporalState | undefined;
}

/** Remembers the server. */
export async function writeState(stateDir: string, state: TemporalState): Promise<void> {
  await writeJson(temporalFiles(stateDir).state, state);
}
