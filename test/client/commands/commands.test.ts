import { describe, expect, it, jest } from '@jest/globals';
import type { Context } from '../../../client/context.ts';
import type { Session } from '../../../client/connection/session.ts';
import type { Execution } from '../../../client/connection/session.ts';
import type { RolloutStatus } from '../../../domain/rollout.ts';
import { closed, execution, sluice, spec } from '../support/command-line.ts';
import { gate, result, status } from '../support/rollouts.ts';
import { searchAttributes } from '../../../workflows/messages.ts';
import * as yaml from 'yaml';

/** What a server says when no worker came for a query. */
const unheard = Object.assign(new Error('4'), { code: 4, details: 'deadline' });

const open = { find: () => Promise.resolve(execution) };

const commands = ['pause', 'resume', 'approve', 'promote', 'retry', 'abort'] as const;

describe.each(commands)('sluice %s', (command) => {
  it('asks the run, with who and why, and says that it was heard', async () => {
    const update = jest.fn<Session['update']>().mockResolvedValue(null);
    const signal = jest.fn<Session['signal']>();
    const ran = await sluice([command, 'id', '--reason', 'because', '-o', 'json'], {
      ...open,
      update,
      signal,
    });
    const decision = { by: 'ann', reason: 'because', ...(command === 'promote' ? { full: false } : {}) };
    expect(update).toHaveBeenCalledWith(execution, command, decision);
    expect(signal).not.toHaveBeenCalled();
    expect(JSON.parse(ran.stdout[0] ?? '')).toMatchObject({ action: command, ...decision, heard: true });
  });

  it('takes another name', async () => {
    const update = jest.fn<Session['update']>().mockResolvedValue(null);
    await sluice([command, 'id', '--reason', 'r', '--by', 'bot'], { ...open, update });
    expect(update.mock.calls[0]?.[2]).toMatchObject({ by: 'bot', reason: 'r' });
  });

  it('that the run refuses exits with 2 and the reason', async () => {
    const update = () => Promise.resolve('nothing waits for that');
    const ran = await sluice([command, 'id', '--reason', 'r'], { ...open, update });
    expect(ran).toMatchObject({ exitCode: 2, stdout: [] });
    expect(ran.stderr[0]).toContain(`refuses ${command}: nothing waits for that`);
  });

  it.each([
    ['no worker polls', { pollers: () => Promise.resolve(0) }],
    ['a worker that is listed does not answer', { status: () => Promise.reject(unheard) }],
  ])('is left for the run when %s, and says so', async (_, away) => {
    const update = jest.fn<Session['update']>();
    const signal = jest.fn<Session['signal']>().mockResolvedValue();
    const ran = await sluice([command, 'id', '--reason', 'r'], { ...open, ...away, update, signal });
    expect(signal.mock.calls[0]?.slice(0, 2)).toEqual([execution, command]);
    expect(update).not.toHaveBeenCalled();
    expect(ran).toMatchObject({ exitCode: 0 });
    expect(ran.stdout[0]).toContain(`${command} waits for a worker: none answers on task queue sluice`);
  });

  it('is left for a run that cannot be asked, with the reason', async () => {
    const signal = jest.fn<Session['signal']>().mockResolvedValue();
    const status = () => Promise.reject(new Error('no key k1'));
    const ran = await sluice([command, 'id', '--reason', 'r'], { ...open, status, signal });
    expect(signal).toHaveBeenCalledTimes(1);
    expect(ran.stdout[0]).toBe(
      `${command} is left for the run: ${execution.workflowId} cannot be asked: no key k1`,
    );
  });

  it.each([
    ['an unknown rollout', null, 'no rollout "id" in namespace default'],
    ['one that is over', closed, 'id is over since 2026-01-01T00:01:00.000Z: nothing is left to steer'],
    ['something else', { ...execution, type: 'teardown' }, 'id is a workflow teardown, not a rollout'],
  ])('refuses %s', async (_, found, message) => {
    const signal = jest.fn<Session['signal']>();
    const update = jest.fn<Session['update']>();
    const ran = await sluice([command, 'id', '--reason', 'r'], {
      find: () => Promise.resolve(found),
      signal,
      update,
    });
    expect(ran).toMatchObject({ exitCode: 2, stdout: [] });
    expect(ran.stderr[0]).toContain(message);
    expect(signal).not.toHaveBeenCalled();
    expect(update).not.toHaveBeenCalled();
  });

  it('asks for a reason', async () => {
    const ran = await sluice([command, 'id']);
    expect(ran).toMatchObject({ exitCode: 2, settings: [] });
    expect(ran.stderr[0]).toContain("required option '--reason <text>'");
  });
});

it('sluice promote --full skips the rest of the rollout, which no other command offers', async () => {
  const update = jest.fn<Session['update']>().mockResolvedValue(null);
  await sluice(['promote', 'id', '--reason', 'r', '--full'], { ...open, update });
  expect(update).toHaveBeenCalledWith(execution, 'promote', { by: 'ann', reason: 'r', full: true });
  expect(await sluice(['abort', 'id', '--reason', 'r', '--full'], open)).toMatchObject({ exitCode: 2 });
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

  it('status shows what the open watch of a stage counts by now', async () => {
    const live = [
      {
        stage: status.stages[0]?.name ?? '',
        requests: 4_321,
        gates: [{ ...gate, reason: '12 of 4321 requests failed' }],
      },
    ];
    const find = () => Promise.resolve({ ...execution, live });
    const { stdout } = await sluice(['status', 'id'], { find });
    expect(stdout[0]).toContain('12 of 4321 requests failed');
  });

  const began = status.stages.map((stage) => ({ ...stage, startedAt: '2026-01-01T00:00:10.000Z' }));
  const split = { ...status, stages: began, weights: { checkout: { v1: 90, v2: 10 } } };
  const cutOff = { ...closed, state: 'TERMINATED' };

  /** What people are told of a run's traffic. */
  async function notesOf(execution: Execution, asked: RolloutStatus, later: Execution | null = null) {
    const find = (id: string) => Promise.resolve(id.startsWith('restore/') ? later : execution);
    return (await sluice(['status', 'id'], { find, status: () => Promise.resolve(asked) })).stderr;
  }

  it.each(['TERMINATED', 'TIMED_OUT'])(
    'says of a run that is %s what takes its traffic back',
    async (state) => {
      expect(await notesOf({ ...cutOff, state }, split)).toEqual([
        `rollout/default/default/checkout was cut off (${state}): it put nothing back; ` +
          'the last weights it gave were checkout v1 90, v2 10, and nobody watches them; ' +
          '`npx sluice restore rollout/default/default/checkout` puts traffic back',
      ]);
    },
  );

  it.each(['COMPLETED', 'RUNNING'])('says nothing of that where a run is %s', async (state) => {
    expect(await notesOf({ ...cutOff, state }, split)).toEqual([]);
  });

  it('says nothing of that before the first shift, or once traffic is back', async () => {
    const undone = [{ name: 'traffic', outcome: 'done', reason: '' } as const];
    expect(await notesOf(cutOff, { ...split, stages: [], weights: {} })).toEqual([]);
    expect(await notesOf(cutOff, { ...split, undone })).toEqual([]);
  });

  it('says what is known of a run that was cut off in its first shift, or while it put traffic back', async () => {
    expect((await notesOf(cutOff, { ...split, weights: {} }))[0]).toContain(
      'it put nothing back, and it was giving its first weights',
    );
    expect((await notesOf(cutOff, { ...split, phase: 'RollingBack' }))[0]).toContain(
      'it was putting traffic back; the last',
    );
  });

  it('says that a restore has put traffic back, if that came after the run', async () => {
    const later = { ...closed, workflowId: 'restore/r', startedAt: '2026-01-01T00:02:00.000Z' };
    expect(await notesOf(cutOff, split, later)).toEqual([
      'rollout/default/default/checkout was cut off (TERMINATED); restore/r has put its traffic back',
    ]);
    const earlier = { ...later, startedAt: '2026-01-01T00:00:59.000Z' };
    expect((await notesOf(cutOff, split, earlier))[0]).toContain('puts traffic back');
    expect((await notesOf(cutOff, split, { ...later, state: 'FAILED' }))[0]).toContain('puts traffic back');
  });

  it('says why the step that it is at is tried again', async () => {
    const retry = { attempt: 13, failure: 'no manifests' };
    const find = () => Promise.resolve({ ...execution, retry });
    const ran = await sluice(['status', 'id'], { find });
    expect(ran.stdout[0]?.split('\n')[1]).toBe('trying again (attempt 13): no manifests');
    const asJson = await sluice(['status', 'id', '-o', 'json'], { find });
    expect(JSON.parse(asJson.stdout[0] ?? '')).toEqual({ ...status, retry });
  });

  it('that cannot be asked for another reason does not say that no worker answers', async () => {
    const ran = await sluice(['status', 'id'], { status: () => Promise.reject(new Error('no key k1')) });
    expect(ran.stderr[0]).toContain('cannot be asked: no key k1');
    expect(ran.stderr[0]).not.toContain('worker');
  });

  it('says that no worker answers', async () => {
    const noPoller = Object.assign(new Error('9'), { code: 9, details: 'no poller seen' });
    const ran = await sluice(['status', 'id'], { status: () => Promise.reject(noPoller) });
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr[0]).toContain(
      'does not answer: no poller seen; is a worker running on task queue sluice?',
    );
  });
});

describe('sluice list', () => {
  it('lists rollouts and canaries', async () => {
    const list = jest.fn<Session['list']>().mockResolvedValue([execution, closed]);
    const { stdout } = await sluice(['list', '--limit', '2'], { list });
    expect(list).toHaveBeenCalledWith({ types: ['rollout', 'canary'], attributes: {} }, 2);
    expect(stdout[0]?.split('\n')).toHaveLength(3);
  });

  it('looks for a service, a cluster, a stage and an outcome by search attributes', async () => {
    const list = jest.fn<Session['list']>().mockResolvedValue([]);
    const wanted = ['--service', 'reviews', '--cluster', 'c', '--stage', 's', '--outcome', 'RolledBack'];
    const { stdout } = await sluice(['list', ...wanted], { list });
    expect(list.mock.calls[0]?.[0].attributes).toEqual({
      [searchAttributes.service.name]: 'reviews',
      [searchAttributes.cluster.name]: 'c',
      [searchAttributes.stage.name]: 's',
      [searchAttributes.outcome.name]: 'RolledBack',
    });
    expect(stdout).toEqual(['no such rollouts']);
  });

  it('shows the outcome and the last stage of those that are over', async () => {
    const attributes = { SluiceStage: 'canary-10', SluiceOutcome: 'RolledBack' };
    const { stdout } = await sluice(['list'], { list: () => Promise.resolve([{ ...closed, attributes }]) });
    expect(stdout[0]).toMatch(/RolledBack +canary-10/);
  });

  it('refuses an outcome that there is not', async () => {
    const ran = await sluice(['list', '--outcome', 'Done']);
    expect(ran).toMatchObject({ exitCode: 2, settings: [] });
    expect(ran.stderr[0]).toContain('one of Promoted, RolledBack, Aborted, Failed is allowed');
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

describe('sluice plan', () => {
  const creation = {
    action: 'create',
    cluster: 'EKS cluster shop in eu-west-1',
    creates: [{ kind: 'stack', name: 'eksctl-shop-cluster', details: '1 EC2::VPC' }],
    changes: ['node group workers: size 2 (1 to 4) becomes 3 (1 to 4)'],
    differences: ['node group workers: its nodes are c5.large, the spec says m5.large'],
    costs: ['control plane: $0.10 an hour'],
  };
  const completed = () => Promise.resolve({ kind: 'completed', value: creation } as const);

  it('asks a worker about the cluster of the spec, and shows what would be made, what it costs, and the stages', async () => {
    const start = jest.fn<Session['start']>(({ workflowId }) => Promise.resolve({ workflowId, runId: 'r' }));
    const ran = await sluice(['plan', 's'], { start, ending: completed });
    expect(ran).toMatchObject({ exitCode: 0 });
    const [request] = start.mock.calls[0] ?? [];
    expect(request).toMatchObject({ type: 'plan', argument: { cluster: { provider: 'lab' } } });
    expect(request?.workflowId).toMatch(/^plan\/rollout\/.+\/[0-9a-f-]{36}$/);
    expect(ran.stdout[0]?.split('\n')).toEqual([
      expect.stringMatching(/^Canary \w+ in namespace shop$/),
      '',
      'create EKS cluster shop in eu-west-1',
      '  + stack eksctl-shop-cluster (1 EC2::VPC)',
      '  ~ node group workers: size 2 (1 to 4) becomes 3 (1 to 4)',
      '  stays as it is: node group workers: its nodes are c5.large, the spec says m5.large',
      '  cost: control plane: $0.10 an hour',
      expect.stringMatching(/^1\. .+ hold /),
      '2. all: checkout v2 100, hold 1m',
      '',
      'nothing was created',
    ]);
  });

  it('is a document of its own for programs', async () => {
    const start = () => Promise.resolve({ workflowId: 'plan/x', runId: 'r' });
    const ran = await sluice(['plan', 's', '-o', 'json'], { start, ending: completed });
    expect(JSON.parse(ran.stdout[0] ?? '')).toMatchObject({
      document: { kind: 'Canary' },
      cluster: creation,
    });
  });

  it('exits with 1 and the reason if the rollout could not begin', async () => {
    const ending = {
      kind: 'failed',
      type: 'InvalidTarget',
      message: 'cluster.version: EKS makes no cluster of Kubernetes 1.21',
      details: [],
    } as const;
    const start = () => Promise.resolve({ workflowId: 'plan/x', runId: 'r' });
    const ran = await sluice(['plan', 's'], { start, ending: () => Promise.resolve(ending) });
    expect(ran).toMatchObject({ exitCode: 1, stdout: [] });
    expect(ran.stderr.at(-1)).toContain('the plan failed: cluster.version: EKS makes no cluster');
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

  it('releases traffic where somebody says so', async () => {
    const start = jest.fn<Session['start']>(({ workflowId }) => Promise.resolve({ workflowId, runId: 'r' }));
    await sluice(['teardown', 'id', '--release-traffic'], { ...session, start });
    expect(start.mock.calls[0]?.[0].argument).toMatchObject({ releaseTraffic: true, namespace: 'shop' });
  });

  it('says in a dry run that the mesh stays where pods of others use it', async () => {
    const start = jest.fn<Session['start']>(({ workflowId }) => Promise.resolve({ workflowId, runId: 'r' }));
    const shared = { ...made, connection: { ...connection, provider: 'kubeconfig', created: false } };
    const planned = { kind: 'completed', value: { meshKept: '1 pod of others uses it' } } as const;
    const asked = {
      ...session,
      start,
      status: () => Promise.resolve(shared),
      ending: () => Promise.resolve(planned),
    };
    const ran = await sluice(['teardown', 'id', '--dry-run'], asked);
    expect(ran.stdout[0]?.split('\n')).toContain('1. mesh: stays, 1 pod of others uses it');
    expect(start.mock.calls.map(([{ type }]) => type)).toEqual(['planTeardown']);
  });

  it('says in a dry run what it would remove, in its order, and removes nothing', async () => {
    const start = jest.fn<Session['start']>();
    const object = (kind: string, name: string) => ({ apiVersion: 'v1', kind, name, namespace: 'shop' });
    const created = {
      ...made.created,
      objects: [object('Service', 'checkout'), object('Deployment', 'checkout-v1')],
      exposed: [object('Service', 'kiali')],
    };
    const asked = { ...session, start, status: () => Promise.resolve({ ...made, created }) };
    const ran = await sluice(['teardown', 'id', '--dry-run'], asked);
    expect(ran.stdout[0]?.split('\n')).toEqual([
      'a teardown of rollout/default/default/checkout would remove, in this order:',
      '1. application',
      '   - Deployment shop/checkout-v1',
      '   - Service shop/checkout',
      '2. add-ons',
      '   - Service shop/kiali is closed again',
      '3. mesh',
    ]);
    const json = await sluice(['teardown', 'id', '--dry-run', '-o', 'json'], asked);
    expect(JSON.parse(json.stdout[0] ?? '')).toMatchObject({ steps: [{}, {}, { name: 'mesh' }] });
    expect(start).not.toHaveBeenCalled();
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

  it('starts nothing where the rollout took back what it made', async () => {
    const start = jest.fn<Session['start']>();
    const takenBack = { ...made, undone: [{ name: 'mesh', outcome: 'done', reason: 'removed' }] as const };
    const ran = await sluice(['teardown', 'id'], {
      ...session,
      start,
      status: () => Promise.resolve(takenBack),
    });
    expect(ran).toMatchObject({ exitCode: 0 });
    expect(ran.stdout[0]).toContain('made nothing that is left to remove');
    expect(start).not.toHaveBeenCalled();
  });

  it('refuses a rollout that still runs', async () => {
    const ran = await sluice(['teardown', 'id'], open);
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr[0]).toContain('id is still running: end it first with `npx sluice abort id`');
  });

  it('starts the removal of a cluster that is named', async () => {
    const start = jest.fn<Session['start']>(({ workflowId }) => Promise.resolve({ workflowId, runId: 'r' }));
    const given = ['teardown', '--cluster', 'shop', '--region', 'eu-west-1', '--aws-profile', 'ops'];
    const ran = await sluice(given, { start, ending });
    expect(ran).toMatchObject({ exitCode: 0, stdout: ['undo mesh: done'] });
    expect(start.mock.calls[0]?.[0]).toMatchObject({
      workflowId: 'teardown/eks/shop.eu-west-1',
      argument: {
        connection: { provider: 'eks', name: 'shop', eks: { region: 'eu-west-1', profile: 'ops' } },
        created: { cluster: true },
      },
    });
  });

  it.each([
    [[], 'name what to remove: the id of a rollout, or --cluster'],
    [['id', '--cluster', 'shop'], 'name what to remove: the id of a rollout, or --cluster'],
    [['--cluster', 'shop'], '--cluster needs a region: give --region, or set AWS_REGION'],
  ])('refuses %j', async (given, message) => {
    const start = jest.fn<Session['start']>();
    const ran = await sluice(['teardown', ...given], { start });
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr[0]).toContain(message);
    expect(start).not.toHaveBeenCalled();
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
