import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { descendantsOf } from '../../../lab/process/descendants.ts';
import { endProcess } from '../../../lab/process/end.ts';
import { endTree } from '../../../lab/process/end-tree.ts';
import { isAlive, isGone, readStat, type ProcessRecord } from '../../../lab/process/identity.ts';
import { readRecords } from '../../../lab/process/record-file.ts';
import { startProcess, type ProcessPlan, type StartedProcess } from '../../../lab/process/start.ts';
import { writeScript } from '../support/fake-program.ts';
import { useTemporaryDirectories } from '../support/temporary-directory.ts';

const started: ProcessRecord[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((record) => endProcess(record, { graceMs: 0 })));
});

const temporaryDirectory = useTemporaryDirectories();

async function startScript(script: string, plan: Partial<ProcessPlan> = {}) {
  const directory = await temporaryDirectory();
  const command = await writeScript(join(directory, 'a (strange) name'), script);
  const files = { logFile: join(directory, 'logs', 'it.log'), recordFile: join(directory, 'processes.json') };
  const process = await startProcess({ name: 'it', command, args: [], ...files, ...plan });
  started.push(process.record);
  return { ...process, ...files };
}

async function printed(logFile: string, text: string): Promise<void> {
  while (!(await readFile(logFile, 'utf8')).includes(text)) await sleep(10);
}

const ended = ({ child }: StartedProcess) =>
  child.exitCode ?? child.signalCode ?? new Promise((resolve) => child.once('exit', resolve));

describe('starting a process', () => {
  it('records it and appends its output to a file of its owner', async () => {
    const it = await startScript('echo out; echo err >&2; exec sleep 60');
    await printed(it.logFile, 'out\nerr\n');
    expect((await stat(it.logFile)).mode & 0o777).toBe(0o600);
    expect(await readRecords(it.recordFile)).toEqual([it.record]);
    expect(isAlive(it.record)).toBe(true);
    expect(readStat(it.record.pid)?.parent).toBe(process.pid);
  });

  it('records processes that start at the same time', async () => {
    const recordFile = join(await temporaryDirectory(), 'processes.json');
    const all = await Promise.all([1, 2, 3, 4].map(() => startScript('exec sleep 60', { recordFile })));
    const pids = (await readRecords(recordFile)).map(({ pid }) => pid);
    expect(pids.sort()).toEqual(all.map(({ record }) => record.pid).sort());
  });

  it('says which one cannot be started', async () => {
    await expect(startScript('', { command: '/nowhere/it' })).rejects.toThrow(
      /^it cannot be started: .*ENOENT/,
    );
  });

  it('gives it the environment asked for and no other', async () => {
    const it = await startScript('echo "[$GREETING|$HOME]"', { env: { GREETING: 'hello' } });
    await printed(it.logFile, ']');
    expect(await readFile(it.logFile, 'utf8')).toBe('[hello|]\n');
  });
});

describe('a recorded process', () => {
  it('is not alive once it ended', async () => {
    const it = await startScript('exit 0');
    await ended(it);
    expect(isAlive(it.record)).toBe(false);
    expect(isGone(it.record)).toBe(true);
  });

  it('is not alive while it waits to be reaped', async () => {
    // Its parent must have become a program that reaps nobody before it ends.
    const untilParentSleeps = 'while [ "$(cat /proc/$$/comm)" != sleep ]; do sleep 0.02; done';
    const { logFile } = await startScript(`(${untilParentSleeps}) & echo "pid $! "; exec sleep 60`);
    await printed(logFile, ' \n');
    const pid = Number((await readFile(logFile, 'utf8')).split(' ')[1]);
    while (readStat(pid)?.state !== 'Z') await sleep(10);
    const record = { pid, startTicks: readStat(pid)?.startTicks ?? 0 };
    expect([isAlive(record), isGone(record)]).toEqual([false, true]);
  });

  it('is not mistaken for another that has its pid', async () => {
    const it = await startScript('exec sleep 60');
    const earlier = { ...it.record, startTicks: it.record.startTicks - 1 };
    expect(isAlive(earlier)).toBe(false);
    await endProcess(earlier);
    expect(isAlive(it.record)).toBe(true);
  });
});

describe('ending a process', () => {
  it('lets it end by itself on SIGTERM and forgets it', async () => {
    const it = await startScript('trap "echo bye; exit 0" TERM; echo up; while :; do sleep 0.05; done');
    await printed(it.logFile, 'up');
    await endProcess(it.record, { recordFile: it.recordFile });
    expect(isGone(it.record)).toBe(true);
    expect(await readFile(it.logFile, 'utf8')).toBe('up\nbye\n');
    expect(await readRecords(it.recordFile)).toEqual([]);
  });

  it('kills it when it stays beyond its grace', async () => {
    const it = await startScript('trap "" TERM; echo up; while :; do sleep 0.05; done');
    await printed(it.logFile, 'up');
    await endProcess(it.record, { graceMs: 100 });
    expect(isGone(it.record)).toBe(true);
    await ended(it);
    expect(it.child.signalCode).toBe('SIGKILL');
  });

  it('is done at once when it ended before', async () => {
    const it = await startScript('exit 0');
    await ended(it);
    await endProcess(it.record, { recordFile: it.recordFile });
    expect(await readRecords(it.recordFile)).toEqual([]);
  });

  it('ends what it started as well, when asked for the tree', async () => {
    const it = await startScript('sleep 60 & (sleep 60 & echo up; wait) & wait');
    await printed(it.logFile, 'up');
    const children = descendantsOf(it.record.pid);
    expect(children.length).toBeGreaterThanOrEqual(3);
    await endTree(it.record.pid);
    expect([it.record, ...children].filter((member) => !isGone(member))).toEqual([]);
  });
});
