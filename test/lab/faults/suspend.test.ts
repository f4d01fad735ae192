import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { suspendPart } from '../../../lab/faults/suspend.ts';
import { labPaths } from '../../../lab/paths.ts';
import { readStat } from '../../../lab/process/identity.ts';
import { addRecord } from '../../../lab/process/record-file.ts';
import { useTemporaryDirectories } from '../support/temporary-directory.ts';

const temporaryDirectory = useTemporaryDirectories();
const before = process.env.XDG_STATE_HOME;
let part: ChildProcess;

beforeEach(async () => {
  process.env.XDG_STATE_HOME = await temporaryDirectory();
  part = spawn('sleep', ['60'], { stdio: 'ignore' });
  const pid = part.pid ?? 0;
  const record = { name: 'prometheus', pid, startTicks: readStat(pid)?.startTicks ?? 0 };
  await addRecord(labPaths('default').processes, record);
});

afterEach(() => {
  part.kill('SIGKILL');
  if (before === undefined) delete process.env.XDG_STATE_HOME;
  else process.env.XDG_STATE_HOME = before;
});

async function becomes(stopped: boolean): Promise<void> {
  while ((readStat(part.pid ?? 0)?.state === 'T') !== stopped) await sleep(5);
}

describe('suspendPart', () => {
  it('stops the part, which stays there, and lets it go on', async () => {
    const resume = await suspendPart('default', 'prometheus');
    await becomes(true);
    resume();
    await becomes(false);
    expect(part.exitCode).toBeNull();
  });

  it('says what runs when there is no such part', async () => {
    await expect(suspendPart('default', 'etcd')).rejects.toThrow(
      "no part 'etcd' of lab 'default' runs: prometheus does",
    );
  });
});
