import type { ProcessRecord } from './identity.ts';
import { readJson, writeJson } from './json-file.ts';
import { withLock } from './lock.ts';

/** Processes recorded in the file, oldest first; none when there is no file. */
export async function readRecords(file: string): Promise<ProcessRecord[]> {
  const value = (await readJson(file)) ?? [];
  if (!Array.isArray(value) || !value.every(isRecord)) {
    throw new Error(`${file} is not a list of processes: remove it after ending what it names`);
  }
  return value;
}

/** Adds a process to the file. */
export async function addRecord(file: string, record: ProcessRecord): Promise<void> {
  await change(file, (records) => [...records, record]);
}

/** Takes a process off the file; nothing happens when it is not there. */
export async function removeRecord(file: string, record: ProcessRecord): Promise<void> {
  await change(file, (records) => records.filter((other) => !sameProcess(other, record)));
}

async function change(file: string, edit: (records: ProcessRecord[]) => ProcessRecord[]): Promise<void> {
  await withLock(file, async () => writeJson(file, edit(await readRecords(file))));
}

function sameProcess(one: ProcessRecord, other: ProcessRecord): boolean {
  return one.pid === other.pid && one.startTicks === other.startTicks;
}

function isRecord(value: unknown): value is ProcessRecord {
  const { name, pid, startTicks } = (value ?? {}) as Partial<Record<keyof ProcessRecord, unknown>>;
  return typeof name === 'string' && Number.isSafeInteger(pid) && Number.isSafeInteger(startTicks);
}
