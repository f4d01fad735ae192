import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readLabFile } from './lab-file.ts';
import { labPaths, type LabPaths } from './paths.ts';
import { withLock } from './process/lock.ts';
import { clusterProcesses, endCluster } from './supervisor/end-cluster.ts';
import { listenersIn } from './supervisor/listeners.ts';
import { stopTemporal } from './temporal/server.ts';
import type { Only } from './up.ts';

/** What to end. */
export interface DownOptions {
  readonly name: string;
  readonly only?: Only | undefined;
  readonly onProgress: (line: string) => void;
}

/**
 * Ends a lab, or half of it, and removes its data. A lab that is not there is no error.
 * Throws when a process or a listening port of it is left; then the data is kept, so that `down` can be tried again.
 */
export async function down({ name, only, onProgress }: DownOptions): Promise<void> {
  const paths = labPaths(name);
  if (!existsSync(paths.root)) {
    onProgress(`there is no lab '${name}'`);
    return;
  }
  await withLock(paths.root, async () => {
    if (only !== 'cluster') await downTemporal(paths);
    if (only !== 'temporal') await downCluster(paths, onProgress);
    if (only === undefined) await rm(paths.root, { recursive: true, force: true });
  });
  onProgress(`lab '${name}'${only === undefined ? '' : ` (${only})`} is down`);
}

async function downTemporal(paths: LabPaths): Promise<void> {
  await stopTemporal({ stateDir: paths.root });
  await rm(paths.temporal, { recursive: true, force: true });
}

async function downCluster(paths: LabPaths, onProgress: (line: string) => void): Promise<void> {
  await endCluster(paths, onProgress);
  await requireNothingLeft(paths);
  const kept = [basename(paths.temporal), basename(paths.logs)];
  const files = (await readdir(paths.root)).filter((file) => !kept.includes(file));
  await Promise.all(files.map((file) => rm(join(paths.root, file), { recursive: true, force: true })));
}

async function requireNothingLeft(paths: LabPaths): Promise<void> {
  const processes = (await clusterProcesses(paths)).map(({ name, pid }) => `${name} (pid ${pid})`);
  // A damaged file must not keep anybody from removing the lab.
  const lab = await readLabFile(paths).catch(() => undefined);
  const left = [...processes, ...(lab === undefined ? [] : listenersIn(lab.block))];
  if (left.length === 0) return;
  throw new Error(
    `the lab is not down: ${left.join(', ')} is left; end it and try again (the data is in ${paths.root})`,
  );
}
