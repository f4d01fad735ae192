import { afterEach, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { isAlive } from '../../../../lab/process/identity.ts';
import { readRecords } from '../../../../lab/process/record-file.ts';
import type { Clients } from '../../../../lab/node/api/clients.ts';
import type { Container } from '../../../../lab/node/api/models.ts';
import type { Program } from '../../../../lab/node/images/program.ts';
import { ContainerRunner, type RestartPolicy } from '../../../../lab/node/pods/container.ts';
import { useTemporaryDirectories } from '../../support/temporary-directory.ts';
import { container, nodeOptions, reviewsPod, standIn } from '../support/fixtures.ts';
import { until } from '../support/wait.ts';

const makeDirectory = useTemporaryDirectories();
const runners: ContainerRunner[] = [];

afterEach(async () => {
  await Promise.all(runners.splice(0).map((runner) => runner.stop(0)));
});

async function runner(
  program: Program | undefined,
  policy: RestartPolicy = 'Always',
  fields: Partial<Container> = {},
): Promise<ContainerRunner> {
  const setup = {
    pod: reviewsPod(),
    container: container({ image: 'stand-in', ...fields }),
    program,
    address: '127.3.1.7',
    directory: await makeDirectory(),
    clients: {} as Clients,
    options: nodeOptions(),
  };
  const made = new ContainerRunner(setup, policy, 0, () => undefined);
  runners.push(made);
  return made;
}

const forever = 'setInterval(() => undefined, 1000)';

describe('a container', () => {
  it('runs as a recorded process that gets its environment and nothing of the machine', async () => {
    process.env.SECRET_OF_THE_MACHINE = 'x';
    const program = standIn(`console.log(JSON.stringify(process.env)); ${forever}`);
    const one = await runner(program, 'Always', { env: [{ name: 'A', value: '1' }] });
    one.start();
    await until('ready', () => one.ready);
    const log = `${one.setup.directory}/reviews.log`;
    await until('output', () => one.launch !== undefined);
    const records = await readRecords(`${one.setup.directory}/processes.json`);
    expect(records.map(({ pid }) => pid)).toEqual([one.launch?.process.record.pid]);
    let text = '';
    while (!text.endsWith('\n')) text = await readFile(log, 'utf8');
    const env = JSON.parse(text) as Record<string, string>;
    expect(env).toMatchObject({ A: '1', HOME: one.setup.directory });
    expect(env).not.toHaveProperty('SECRET_OF_THE_MACHINE');
  });

  it('that crashes waits in CrashLoopBackOff and is started again', async () => {
    const one = await runner(standIn('process.exit(3)'));
    one.start();
    await until('back-off', () => one.state.waiting?.reason === 'CrashLoopBackOff');
    expect(one.restartCount).toBe(1);
    expect(one.ready).toBe(false);
    expect(one.lastState?.terminated).toMatchObject({ exitCode: 3, reason: 'Error' });
    await until('second crash', () => one.restartCount === 2);
    expect(one.state.waiting?.message).toContain('back-off 2 s');
  });

  it('is not started again when it succeeded and the policy is OnFailure', async () => {
    const one = await runner(standIn(''), 'OnFailure');
    one.start();
    await expect(one.finished).resolves.toBe(0);
    expect(one.state.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' });
    await expect(readRecords(`${one.setup.directory}/processes.json`)).resolves.toEqual([]);
  });

  it('is not started again when it failed and the policy is Never', async () => {
    const one = await runner(standIn('process.exit(3)'), 'Never');
    one.start();
    await expect(one.finished).resolves.toBe(3);
    expect(one.state.terminated).not.toHaveProperty('message');
  });

  it('that failed says the end of its log where its policy asks for it', async () => {
    const program = standIn('console.error("no answer"); process.exit(3)');
    const one = await runner(program, 'Never', { terminationMessagePolicy: 'FallbackToLogsOnError' });
    one.start();
    await expect(one.finished).resolves.toBe(3);
    expect(one.state.terminated).toMatchObject({ exitCode: 3, message: 'no answer' });
  });

  it('of an unknown image waits and says why', async () => {
    const one = await runner(undefined, 'Always', { image: 'nginx:1' });
    one.start();
    expect(one.state.waiting?.reason).toBe('ErrImagePull');
    expect(one.state.waiting?.message).toContain("no program for image 'nginx:1'");
  });

  it('that cannot be started says why and does not count as a restart', async () => {
    const missing = standIn('', { command: () => ({ file: '/no/such/program', args: [], env: {} }) });
    const one = await runner(missing);
    one.start();
    await until('waiting', () => one.state.waiting?.reason === 'CreateContainerConfigError');
    expect(one.state.waiting?.message).toContain('/no/such/program');
    expect(one.restartCount).toBe(0);
  });

  it('is ended for good by stop, with SIGKILL when it does not obey', async () => {
    const one = await runner(standIn(`process.on('SIGTERM', () => undefined); ${forever}`));
    one.start();
    await until('ready', () => one.ready);
    const record = one.launch?.process.record;
    await one.stop(50);
    expect(record && isAlive(record)).toBe(false);
    expect(one.launch).toBeUndefined();
    await expect(readRecords(`${one.setup.directory}/processes.json`)).resolves.toEqual([]);
  });

  it('stopped while it starts leaves no process', async () => {
    const one = await runner(standIn(forever));
    one.start();
    await one.stop(0);
    expect(one.launch).toBeUndefined();
    await expect(readRecords(`${one.setup.directory}/processes.json`)).resolves.toEqual([]);
  });

  it('is ended and started again when its liveness probe fails', async () => {
    const livenessProbe = { exec: { command: ['false'] }, periodSeconds: 0.02, failureThreshold: 1 };
    const one = await runner(standIn(forever), 'Always', { livenessProbe });
    one.start();
    await until('restart', () => one.restartCount === 1);
    expect(one.lastState?.terminated?.exitCode).toBe(143);
  });
});
