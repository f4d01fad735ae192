import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { isAlive } from '../../../lab/process/identity.ts';
import { readRecords } from '../../../lab/process/record-file.ts';
import { startProcess } from '../../../lab/process/start.ts';
import { keepRunning, type KeptPart } from '../../../lab/supervisor/keep-running.ts';
import { useTemporaryDirectories } from '../support/temporary-directory.ts';

const temporaryDirectory = useTemporaryDirectories();
const kept: KeptPart[] = [];
afterEach(async () => {
  await Promise.all(kept.splice(0).map((part) => part.stop()));
});

const runsForever = 'setInterval(() => {}, 1000)';

async function keep(javascript: string, probe: () => Promise<void> = () => Promise.resolve()) {
  const directory = await temporaryDirectory();
  const recordFile = join(directory, 'processes.json');
  const logFile = join(directory, 'part.log');
  const states: string[] = [];
  const part = keepRunning(
    { name: 'part', command: process.execPath, args: ['-e', javascript], probe },
    {
      start: (plan) => startProcess({ ...plan, logFile, recordFile }),
      recordFile,
      onState: (state, message) => states.push(message === '' ? state : `${state}: ${message}`),
      probeIntervalMs: 10,
    },
  );
  kept.push(part);
  return { part, directory, recordFile, states };
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(10);
}

describe('a part that is kept running', () => {
  it('is recorded and ready once its probe passes, and says before what it does not do yet', async () => {
    let looks = 0;
    const probe = () => (++looks < 3 ? Promise.reject(new Error('not yet')) : Promise.resolve());
    const { part, recordFile, states } = await keep(runsForever, probe);
    await part.ready;
    expect(states).toEqual(['starting', 'starting: not yet', 'starting: not yet', 'ready']);
    expect((await readRecords(recordFile)).filter(isAlive)).toHaveLength(1);
  });

  it('is started again when it is killed', async () => {
    const { part, recordFile, states } = await keep(runsForever);
    await part.ready;
    const [first] = await readRecords(recordFile);
    if (first === undefined) throw new Error('the part was not recorded');
    process.kill(first.pid, 'SIGKILL');
    await until(() => states.filter((state) => state === 'ready').length === 2);
    expect(states).toContain('restarting: ended by SIGKILL');
    const records = await readRecords(recordFile);
    expect(records).toHaveLength(1);
    expect(records[0]?.pid).not.toBe(first.pid);
  });

  it('is started again when it ends by itself, and never called ready for it', async () => {
    const probe = () => Promise.reject(new Error('refused'));
    const { states } = await keep('process.exit(3)', probe);
    await until(() => states.filter((state) => state.startsWith('restarting')).length === 2);
    expect(states).toContain('restarting: ended by itself with exit code 3');
    expect(states).not.toContain('ready');
  });

  it('says why it cannot be started at all', async () => {
    const directory = await temporaryDirectory();
    const states: string[] = [];
    kept.push(
      keepRunning(
        { name: 'part', command: '/no/such/program', args: [], probe: () => Promise.resolve() },
        {
          start: (plan) => startProcess({ ...plan, logFile: join(directory, 'log') }),
          recordFile: join(directory, 'processes.json'),
          onState: (state, message) => states.push(`${state}: ${message}`),
        },
      ),
    );
    await until(() => states.length > 1);
    expect(states[1]).toMatch(/^restarting: part cannot be started: .*ENOENT/);
  });

  it('is gone, with its record, when stop returns, and stays so', async () => {
    const { part, recordFile, states } = await keep(runsForever);
    await part.ready;
    const [record] = await readRecords(recordFile);
    await part.stop();
    expect(record && isAlive(record)).toBe(false);
    expect(await readRecords(recordFile)).toEqual([]);
    expect(states).toEqual(['starting', 'ready', 'stopped']);
  });

  it('can be stopped while it waits to be started again', async () => {
    const { part, states } = await keep('process.exit(1)', () => Promise.reject(new Error('refused')));
    await until(() => states.some((state) => state.startsWith('restarting')));
    await part.stop();
    await part.ready;
    const seen = states.length;
    await sleep(300);
    expect(states).toHaveLength(seen);
  });

  it('gets SIGTERM first', async () => {
    const file = join(await temporaryDirectory(), 'said');
    await writeFile(file, '');
    const listens = `process.on('SIGTERM', () => { require('fs').writeFileSync(${JSON.stringify(file)}, 'bye'); process.exit(0) });`;
    let up = false;
    const { part, directory } = await keep(`${listens} console.log('up'); ${runsForever}`, async () => {
      up = (await readFile(join(directory, 'part.log'), 'utf8')).includes('up');
      if (!up) throw new Error('not up');
    });
    await part.ready;
    await part.stop();
    expect(await readFile(file, 'utf8')).toBe('bye');
  });
});
