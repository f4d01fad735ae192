/** A wall clock that jumps for one process alone, by libfaketime (Debian: `libfaketime`). */
import { existsSync } from 'node:fs';
import { glob, rename, writeFile } from 'node:fs/promises';

const places = '/usr/lib/{*,*/*}/libfaketime.so.1';

/** Path of the library; null where the machine has none. `SLUICE_LIBFAKETIME` names one elsewhere. */
export async function findFakeTime(env: NodeJS.ProcessEnv = process.env): Promise<string | null> {
  const given = env.SLUICE_LIBFAKETIME;
  if (given !== undefined && given !== '') {
    if (existsSync(given)) return given;
    throw new Error(
      `SLUICE_LIBFAKETIME is '${given}', which is not there: give the path of libfaketime.so.1`,
    );
  }
  for await (const path of glob(places)) return path;
  return null;
}

/** Environment of a process whose wall clock follows the file; timers go on by the machine's own clock. */
export function clockEnvironment(library: string, file: string): Record<string, string> {
  return {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_CACHE_DURATION: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
}

/** Sets the clocks that follow the file off by so many milliseconds; they have it within a second. */
export async function setClock(file: string, by: number): Promise<void> {
  const draft = `${file}.tmp`;
  await writeFile(draft, `${by < 0 ? '-' : '+'}${Math.abs(by) / 1000}s\n`);
  await rename(draft, file);
}
