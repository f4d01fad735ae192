import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { labPaths } from '../../../lab/paths.ts';
import { readStat } from '../../../lab/process/identity.ts';
import { writeJson } from '../../../lab/process/json-file.ts';
import { awaitReady } from '../../../lab/supervisor/await-ready.ts';
import { reportFile, type PartReport } from '../../../lab/supervisor/report.ts';
import { useTemporaryDirectories } from '../support/temporary-directory.ts';

const temporaryDirectory = useTemporaryDirectories();

const report = (name: string, state: PartReport['state'], restarts = 0, message = ''): PartReport => ({
  name,
  state,
  restarts,
  message,
});

async function labWith(parts: PartReport[], { supervised = true } = {}) {
  const paths = labPaths('default', { XDG_STATE_HOME: await temporaryDirectory() });
  await mkdir(paths.logs, { recursive: true });
  await writeJson(reportFile(paths), parts);
  const startTicks = readStat(process.pid)?.startTicks;
  if (supervised) await writeJson(paths.processes, [{ name: 'supervisor', pid: process.pid, startTicks }]);
  return paths;
}

describe('the wait for a cluster', () => {
  it('is over when all parts are ready, and tells of each', async () => {
    const paths = await labWith([report('etcd', 'ready'), report('node', 'ready')]);
    const lines: string[] = [];
    await awaitReady(paths, { onProgress: (line) => lines.push(line) });
    expect(lines).toEqual(['etcd is ready', 'node is ready']);
  });

  it('names the first part that is late, what it said last and the end of its log', async () => {
    const paths = await labWith([
      report('etcd', 'ready'),
      report('kube-apiserver', 'starting', 0, 'connection refused'),
      report('node', 'waiting'),
    ]);
    await writeFile(join(paths.logs, 'kube-apiserver.log'), 'one\ntwo\n');
    await expect(awaitReady(paths, { onProgress: () => undefined, deadlineMs: 1 })).rejects.toThrow(
      `kube-apiserver is not ready in time: connection refused\nfrom ${paths.logs}/kube-apiserver.log:\n  one\n  two`,
    );
  });

  it('is given up at once for a part that ends again and again', async () => {
    const paths = await labWith([report('etcd', 'restarting', 5, 'ended by itself with exit code 2')]);
    await expect(awaitReady(paths, { onProgress: () => undefined })).rejects.toThrow(
      'etcd does not stay up: ended by itself with exit code 2',
    );
  });

  it('is given up at once when the supervisor is gone', async () => {
    const paths = await labWith([report('etcd', 'starting')], { supervised: false });
    await writeFile(join(paths.logs, 'supervisor.log'), 'Error: no\n');
    await expect(awaitReady(paths, { onProgress: () => undefined })).rejects.toThrow(
      /^supervisor ended\nfrom .*supervisor\.log:\n {2}Error: no$/,
    );
  });
});
