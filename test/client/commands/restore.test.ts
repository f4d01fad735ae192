import { describe, expect, it, jest } from '@jest/globals';
import type { Session } from '../../../client/connection/session.ts';
import type { RestoreInput } from '../../../workflows/messages.ts';
import { closed, sluice } from '../support/command-line.ts';

const input: RestoreInput = {
  connection: {
    provider: 'kubeconfig',
    name: 'prod',
    kubeconfig: null,
    context: null,
    created: false,
    prometheus: null,
    istio: null,
  },
  namespace: 'shop',
  services: [],
  weights: { checkout: { v1: 100 } },
  observeTimeout: 60_000,
};

const terminated = {
  find: () => Promise.resolve({ ...closed, state: 'TERMINATED' }),
  restoreInput: () => Promise.resolve(input),
  ending: () =>
    Promise.resolve({ kind: 'completed', value: { weights: input.weights, warnings: ['late'] } } as const),
};

const starting = () =>
  jest.fn<Session['start']>(({ workflowId }) => Promise.resolve({ workflowId, runId: 'r' }));

describe('sluice restore', () => {
  it('starts what puts the traffic back, and says where it is', async () => {
    const start = starting();
    const ran = await sluice(['restore', 'id'], { ...terminated, start });
    expect(ran).toMatchObject({ exitCode: 0, stdout: ['traffic is back: checkout v1 100'] });
    expect(ran.stderr).toContain('warning: late');
    expect(start.mock.calls[0]?.[0]).toMatchObject({
      type: 'restore',
      workflowId: 'restore/rollout/default/default/checkout',
      argument: input,
      whenOpen: 'join',
    });
    const json = await sluice(['restore', 'id', '-o', 'json'], { ...terminated, start });
    expect(JSON.parse(json.stdout[0] ?? '')).toMatchObject({ weights: input.weights, warnings: ['late'] });
  });

  it.each([
    ['RUNNING', 'is still running: `npx sluice abort'],
    ['COMPLETED', 'ended by itself, and has left nothing to put back'],
  ])('refuses a run that is %s, and starts nothing', async (state, words) => {
    const start = starting();
    const find = () => Promise.resolve({ ...closed, state });
    const ran = await sluice(['restore', 'id'], { ...terminated, find, start });
    expect(ran).toMatchObject({ exitCode: 2, stdout: [] });
    expect(ran.stderr.join()).toContain(words);
    expect(start).not.toHaveBeenCalled();
  });

  it('says that a run without traffic has none to put back', async () => {
    const start = starting();
    const ran = await sluice(['restore', 'id'], {
      ...terminated,
      restoreInput: () => Promise.resolve(null),
      start,
    });
    expect(ran.exitCode).toBe(0);
    expect(ran.stdout[0]).toContain('changed no traffic: nothing is to be put back');
    expect(start).not.toHaveBeenCalled();
  });

  it('says that no worker answers', async () => {
    const unheard = Object.assign(new Error('4'), { code: 4, details: 'deadline' });
    const ran = await sluice(['restore', 'id'], {
      ...terminated,
      restoreInput: () => Promise.reject(unheard),
    });
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr.join()).toContain('is a worker running on task queue sluice?');
  });

  it('fails with what the restore failed with', async () => {
    const ending = () =>
      Promise.resolve({ kind: 'failed', type: 'TargetBusy', message: 'taken', details: [] } as const);
    const ran = await sluice(['restore', 'id'], { ...terminated, ending });
    expect(ran.exitCode).toBe(1);
    expect(ran.stderr.join()).toContain('the restore failed: taken');
  });
});
