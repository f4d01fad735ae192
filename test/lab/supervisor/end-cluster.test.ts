import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { labPaths, type LabPaths } from '../../../lab/paths.ts';
import { isAlive } from '../../../lab/process/identity.ts';
import { readRecords } from '../../../lab/process/record-file.ts';
import { startProcess } from '../../../lab/process/start.ts';
import { clusterProcesses, endCluster, supervisorRecord } from '../../../lab/supervisor/end-cluster.ts';
import { markVariable } from '../../../lab/supervisor/mark.ts';
import { useTemporaryDirectories } from '../support/temporary-directory.ts';

const temporaryDirectory = useTemporaryDirectories();
const spawned: ChildProcess[] = [];
afterEach(() => {
  for (const child of spawned.splice(0)) child.kill('SIGKILL');
});

const newPaths = async () => labPaths('default', { XDG_STATE_HOME: await temporaryDirectory() });
const silent = () => undefined;
const runsForever = ['-e', 'setInterval(() => {}, 1000)'];

async function startRecorded(paths: LabPaths, name: string) {
  const { record, child } = await startProcess({
    name,
    command: process.execPath,
    args: runsForever,
    logFile: join(paths.logs, 'log'),
    recordFile: paths.processes,
  });
  spawned.push(child);
  return record;
}

async function startUnrecorded(env: Record<string, string>): Promise<number> {
  const child = spawn(process.execPath, runsForever, { env, stdio: 'ignore' });
  spawned.push(child);
  await once(child, 'spawn');
  return child.pid ?? 0;
}

/** Ends the cluster only if exactly these are its processes: a mistake in finding them must not end the developer's. */
async function endJust(pids: readonly number[], paths: LabPaths): Promise<void> {
  expect((await clusterProcesses(paths)).map(({ pid }) => pid).sort()).toEqual([...pids].sort());
  await endCluster(paths, silent);
}

describe('the end of a cluster', () => {
  it('ends the supervisor and what it left', async () => {
    const paths = await newPaths();
    const records = [await startRecorded(paths, 'supervisor'), await startRecorded(paths, 'etcd')];
    expect(await supervisorRecord(paths)).toEqual(records[0]);
    await endJust(
      records.map(({ pid }) => pid),
      paths,
    );
    expect(records.filter(isAlive)).toEqual([]);
    expect(await readRecords(paths.processes)).toEqual([]);
  });

  it('ends what was started but not recorded before the supervisor was killed', async () => {
    const paths = await newPaths();
    const part = await startUnrecorded({ [markVariable]: paths.root });
    const pod = await startUnrecorded({ HOME: join(paths.pods, 'default_reviews') });
    await endJust([part, pod], paths);
    expect(await clusterProcesses(paths)).toEqual([]);
  });

  it('is none where nothing runs', async () => {
    const paths = await newPaths();
    await endJust([], paths);
    expect(await clusterProcesses(paths)).toEqual([]);
  });
});
