import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { labPaths, type LabPaths } from '../../../lab/paths.ts';
import { isAlive } from '../../../lab/process/identity.ts';
import { readRecords } from '../../../lab/process/record-file.ts';
import { readReport } from '../../../lab/supervisor/report.ts';
import { supervise } from '../../../lab/supervisor/supervise.ts';
import { useTemporaryDirectories } from '../support/temporary-directory.ts';

const temporaryDirectory = useTemporaryDirectories();

async function fixture() {
  const paths = labPaths('default', { XDG_STATE_HOME: await temporaryDirectory() });
  const lines: string[] = [];
  const part = (name: string, probe: () => Promise<void> = () => Promise.resolve()) => ({
    name,
    command: process.execPath,
    args: ['-e', 'setInterval(() => {}, 1000)'],
    probe,
  });
  const startNode = () =>
    Promise.resolve({
      stop: () => {
        lines.push('pods ended');
        return Promise.resolve();
      },
    });
  return { paths, lines, part, startNode, log: (line: string) => void lines.push(line) };
}

async function allReady(paths: LabPaths): Promise<boolean> {
  const report = await readReport(paths);
  return report.length > 0 && report.every(({ state }) => state === 'ready');
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(10);
}

describe('the supervisor', () => {
  it('starts a wave when the one before it is ready, and reports on all of them', async () => {
    const { part, ...options } = await fixture();
    let open = false;
    const gate = () => (open ? Promise.resolve() : Promise.reject(new Error('closed')));
    const waves = [[part('first', gate)], [part('second'), part('third')]];
    const supervision = supervise({ ...options, waves });
    const states = async () => (await readReport(options.paths)).map(({ name, state }) => `${name} ${state}`);
    await until(async () => (await states()).includes('first starting'));
    expect(await states()).toEqual(['first starting', 'second waiting', 'third waiting', 'node waiting']);
    open = true;
    await until(() => allReady(options.paths));
    expect(await states()).toEqual(['first ready', 'second ready', 'third ready', 'node ready']);
    await supervision.stop();
  });

  it('ends pods first, then the parts in the reverse order of their start, and leaves no process', async () => {
    const { part, ...options } = await fixture();
    const waves = [[part('first')], [part('second'), part('third')]];
    const supervision = supervise({ ...options, waves });
    await until(() => allReady(options.paths));
    const records = await readRecords(options.paths.processes);
    expect(records).toHaveLength(3);
    await supervision.stop();
    const endings = options.lines.filter((line) => /ended|stopped/.test(line));
    expect(endings).toEqual([
      'pods ended',
      'node: stopped',
      'third: stopped',
      'second: stopped',
      'first: stopped',
    ]);
    expect(records.filter(isAlive)).toEqual([]);
  });

  it('can be stopped before anything was ready', async () => {
    const { part, ...options } = await fixture();
    const waves = [[part('first', () => Promise.reject(new Error('never')))], [part('second')]];
    const supervision = supervise({ ...options, waves });
    await until(async () => (await readRecords(options.paths.processes)).length === 1);
    const [record] = await readRecords(options.paths.processes);
    await supervision.stop();
    expect(record && isAlive(record)).toBe(false);
    expect(options.lines.filter((line) => line.startsWith('second'))).toEqual([]);
  });
});
