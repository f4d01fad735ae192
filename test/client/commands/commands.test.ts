import { describe, expect, it, jest } from '@jest/globals';
import type { Context } from '../../../client/context.ts';
import type { Session } from '../../../client/connection/session.ts';
import { closed, execution, sluice, spec } from '../support/command-line.ts';
import { result, status } from '../support/rollouts.ts';
import * as yaml from 'yaml';

const open = { find: () => Promise.resolve(execution) };

describe.each(['pause', 'resume', 'approve', 'abort'] as const)('sluice %s', (command) => {
  it('sends the signal with who and why', async () => {
    const signal = jest.fn<Session['signal']>().mockResolvedValue();
    const ran = await sluice([command, 'id', '--reason', 'because', '-o', 'json'], { ...open, signal });
    expect(signal).toHaveBeenCalledWith(execution, command, { by: 'ann', reason: 'because' });
    expect(JSON.parse(ran.stdout[0] ?? '')).toMatchObject({ signal: command, by: 'ann', reason: 'because' });
  });

  it('takes another name', async () => {
    const signal = jest.fn<Session['signal']>().mockResolvedValue();
    await sluice([command, 'id', '--reason', 'r', '--by', 'bot'], { ...open, signal });
    expect(signal.mock.calls[0]?.[2]).toEqual({ by: 'bot', reason: 'r' });
  });

  it.each([
    ['an unknown rollout', null, 'no rollout "id" in namespace default'],
    ['one that is over', closed, 'id is over since 2026-01-01T00:01:00.000Z: nothing is left to steer'],
    ['something else', { ...execution, type: 'teardown' }, 'id is a workflow teardown, not a rollout'],
  ])('refuses %s', async (_, found, message) => {
    const signal = jest.fn<Session['signal']>();
    const ran = await sluice([command, 'id', '--reason', 'r'], {
      find: () => Promise.resolve(found),
      signal,
    });
    expect(ran).toMatchObject({ exitCode: 2, stdout: [] });
    expect(ran.stderr[0]).toContain(message);
    expect(signal).not.toHaveBeenCalled();
  });

  it('asks for a reason', async () => {
    const ran = await sluice([command, 'id']);
    expect(ran).toMatchObject({ exitCode: 2, settings: [] });
    expect(ran.stderr[0]).toContain("required option '--reason <text>'");
  });
});

describe('sluice watch', () => {
  it('ends as the rollout does', async () => {
    const value = { ...result, outcome: 'RolledBack' };
    const ran = await sluice(['watch', 'id', '-o', 'json'], {
      ending: () => Promise.resolve({ kind: 'completed', value }),
    });
    expect(ran.exitCode).toBe(3);
    expect(JSON.parse(ran.stdout[0] ?? '')).toEqual(value);
  });
});

describe('sluice status', () => {
  it('prints the status', async () => {
    expect(JSON.parse((await sluice(['status', 'id', '-o', 'json'])).stdout[0] ?? '')).toEqual(status);
    expect((await sluice(['status', 'id'])).stdout[0]).toContain('Progressing: holding canary');
  });

  it('says that no worker answers', async () => {
    const ran = await sluice(['status', 'id'], { status: () => Promise.reject(new Error('no poller')) });
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr[0]).toContain('does not answer: no poller; is a worker running on task queue sluice?');
  });
});

describe('sluice list', () => {
  it('lists rollouts and canaries', async () => {
    const list = jest.fn<Session['list']>().mockResolvedValue([execution, closed]);
    const { stdout } = await sluice(['list', '--limit', '2'], { list });
    expect(list).toHaveBeenCalledWith(['rollout', 'canary'], 2);
    expect(stdout[0]?.split('\n')).toHaveLength(3);
  });

  it.each(['0', 'x', '1.5', '9999'])('refuses the limit %s', async (limit) => {
    expect(await sluice(['list', '--limit', limit])).toMatchObject({ exitCode: 2, settings: [] });
  });
});

describe('sluice validate', () => {
  it('needs no server', async () => {
    const ran = await sluice(['validate', 's', '-o', 'json']);
    expect(ran).toMatchObject({ exitCode: 0, settings: [] });
    expect(JSON.parse(ran.stdout[0] ?? '')).toMatchObject({ valid: true, document: { kind: 'Canary' } });
  });

  it('exits with 2 for a wrong spec', async () => {
    const ran = await sluice(['validate', 's'], {}, { readFile: () => Promise.resolve('a: 1') });
    expect(ran.exitCode).toBe(2);
  });
});

describe('sluice teardown', () => {
  const connection = {
    provider: 'lab',
    name: 'default',
    kubeconfig: null,
    context: null,
    created: true,
    prometheus: null,
    istio: null,
  };
  const made = { ...status, connection, created: { ...status.created, mesh: true } };
  const document: unknown = yaml.parse(spec);
  const argument = () => Promise.resolve({ document });
  const undone = [{ name: 'mesh', outcome: 'done', reason: '' }];
  const ending = () => Promise.resolve({ kind: 'completed', value: { undone } } as const);
  const session = { argument, ending, status: () => Promise.resolve(made) };

  it('starts the teardown of what the rollout made, in its namespace', async () => {
    const start = jest.fn<Session['start']>(({ workflowId }) => Promise.resolve({ workflowId, runId: 'r' }));
    const ran = await sluice(['teardown', 'id', '-o', 'json'], { ...session, start });
    const [request] = start.mock.calls[0] ?? [];
    expect(request).toMatchObject({
      type: 'teardown',
      workflowId: 'teardown/rollout/default/default/checkout',
      whenOpen: 'join',
    });
    expect(request?.argument).toEqual({ connection, created: made.created, namespace: 'shop' });
    expect(ran.exitCode).toBe(0);
    expect(JSON.parse(ran.stdout[0] ?? '')).toMatchObject({ undone });
  });

  it('exits with 1 if something could not be removed', async () => {
    const failed = { undone: [{ name: 'mesh', outcome: 'failed', reason: 'timeout' }] };
    const ran = await sluice(['teardown', 'id'], {
      ...session,
      ending: () => Promise.resolve({ kind: 'completed', value: failed }),
    });
    expect(ran).toMatchObject({ exitCode: 1, stdout: ['undo mesh: failed, timeout'] });
  });

  it('starts nothing where nothing was made', async () => {
    const start = jest.fn<Session['start']>();
    expect(await sluice(['teardown', 'id'], { start })).toMatchObject({ exitCode: 0 });
    expect(start).not.toHaveBeenCalled();
  });

  it('refuses a rollout that still runs', async () => {
    const ran = await sluice(['teardown', 'id'], open);
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr[0]).toContain('id is still running: end it first with `npx sluice abort id`');
  });
});

describe('programs of their own', () => {
  const runProgram = () => jest.fn<Context['runProgram']>().mockResolvedValue(7);

  it('sluice worker gets the options by its environment', async () => {
    const program = runProgram();
    const args = [
      'worker',
      '--address',
      'a:1',
      '--namespace',
      'n',
      '--task-queue',
      'q',
      '--no-tls',
      '--api-key',
      'k',
    ];
    const ran = await sluice(args, {}, { runProgram: program, env: { HOME: '/h' } });
    expect(ran.exitCode).toBe(7);
    expect(program).toHaveBeenCalledWith('worker/main.ts', [], {
      HOME: '/h',
      TEMPORAL_ADDRESS: 'a:1',
      TEMPORAL_NAMESPACE: 'n',
      TEMPORAL_API_KEY: 'k',
      TEMPORAL_TLS: 'false',
      SLUICE_TASK_QUEUE: 'q',
    });
  });

  it.each([
    ['up', '--name', 'x', '--output', 'json'],
    ['--help'],
    ['load', '--rate', '50', '--url=http://a'],
    ['fault', 'reviews-v3=error:0.5'],
    [],
  ])('sluice lab passes on %p %p', async (...args) => {
    const program = runProgram();
    const ran = await sluice(['lab', ...args], {}, { runProgram: program });
    expect(program).toHaveBeenCalledWith('lab/main.ts', args, {});
    expect(ran.exitCode).toBe(7);
  });
});

describe('a wrong command line', () => {
  it.each([
    [[], 'no command is given'],
    [['strt'], "unknown command 'strt' (Did you mean start?)"],
    [['start'], "missing required argument 'spec'"],
    [['list', '--colour'], "unknown option '--colour'"],
    [['list', '-o', 'xml'], 'Allowed choices are text, json'],
  ])('%p is refused with what is wrong', async (args, message) => {
    const ran = await sluice(args);
    expect(ran).toMatchObject({ exitCode: 2, stdout: [] });
    expect(ran.stderr[0]).toContain(message);
  });

  it('is answered in JSON where that is asked for', async () => {
    const ran = await sluice(['strt', '--output=json']);
    expect(ran.stderr).toEqual([]);
    expect(JSON.parse(ran.stdout[0] ?? '')).toHaveProperty('error.message');
  });

  it('help is no mistake', async () => {
    expect(await sluice(['--help'])).toMatchObject({ exitCode: 0, stderr: [] });
  });
});

it('the session is closed whatever comes of the command', async () => {
  const close = jest.fn<Session['close']>().mockResolvedValue();
  const ran = await sluice(['list'], { close, list: () => Promise.reject(new Error('boom')) });
  expect(ran).toMatchObject({ exitCode: 1, stderr: ['error: boom'] });
  expect(close).toHaveBeenCalledTimes(1);
});
