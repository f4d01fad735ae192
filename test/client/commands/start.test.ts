import { describe, expect, it, jest } from '@jest/globals';
import type { Session } from '../../../client/connection/session.ts';
import { result } from '../support/rollouts.ts';
import { execution, sluice, spec } from '../support/command-line.ts';

const started: Session['start'] = ({ workflowId }) => Promise.resolve({ workflowId, runId: 'run-1' });

describe('sluice start', () => {
  it('starts the workflow of the kind, under the business id, with the plain document', async () => {
    const start = jest.fn(started);
    await sluice(['start', 'spec.yaml', '--task-queue', 'q'], { start });
    const [request] = start.mock.calls[0] ?? [];
    expect(request).toMatchObject({
      type: 'canary',
      workflowId: 'rollout/default/shop/checkout',
      taskQueue: 'q',
      whenOpen: 'fail',
    });
    expect(request?.argument).toMatchObject({ document: { kind: 'Canary', spec: { namespace: 'shop' } } });
    expect(request?.summary).toBe('checkout: start, all');
    expect(request?.details).toContain('1. **all**: checkout v2 100, hold 1m');
  });

  it.each([
    ['Promoted', 0],
    ['RolledBack', 3],
    ['Aborted', 4],
  ])('that ends %s exits with %p and prints one document', async (outcome, exitCode) => {
    const value = { ...result, outcome };
    const ran = await sluice(['start', 's', '--output', 'json'], {
      ending: () => Promise.resolve({ kind: 'completed', value }),
    });
    expect(ran.exitCode).toBe(exitCode);
    expect(ran.stdout.map((text) => JSON.parse(text) as unknown)).toEqual([value]);
  });

  it.each([
    ['GateFailed', 1],
    [null, 1],
    ['TargetBusy', 2],
    ['InvalidTarget', 2],
    ['InvalidSpec', 2],
  ])(
    'that fails by %p exits with %p and prints the result that the failure carries',
    async (type, exitCode) => {
      const failed = { ...result, outcome: 'Failed' };
      const ending = { kind: 'failed', type, message: 'no', details: [failed] } as const;
      const ran = await sluice(['start', 's', '-o', 'json'], { ending: () => Promise.resolve(ending) });
      expect(ran.exitCode).toBe(exitCode);
      expect(JSON.parse(ran.stdout[0] ?? '')).toEqual(failed);
    },
  );

  it('that is terminated in Temporal says so', async () => {
    const ending = {
      kind: 'failed',
      type: null,
      message: 'the workflow was terminated',
      details: [],
    } as const;
    expect(await sluice(['start', 's'], { ending: () => Promise.resolve(ending) })).toMatchObject({
      exitCode: 1,
      stderr: expect.arrayContaining(['error: the workflow was terminated']) as unknown,
    });
  });

  it('prints a table for a person', async () => {
    const { stdout } = await sluice(['start-rollout', 's']);
    expect(stdout[0]).toMatch(/^Promoted: every stage passed\nrollout\/default.*\n\nSTAGE +WEIGHTS +VERDICT/);
  });

  it('with --no-wait prints the run and follows nothing', async () => {
    const find = jest.fn<Session['find']>();
    const ran = await sluice(['start', 's', '--no-wait', '-o', 'json'], { find });
    expect(JSON.parse(ran.stdout[0] ?? '')).toEqual({
      workflowId: 'rollout/default/shop/checkout',
      runId: 'run-1',
    });
    expect(find).not.toHaveBeenCalled();
  });

  it('detaches when it is interrupted, and ends nothing', async () => {
    const signal = jest.fn<Session['signal']>();
    const interrupted = () => Promise.resolve({ interrupted: 'SIGINT' } as const);
    const ran = await sluice(['start', 's'], { signal }, { untilInterrupted: interrupted });
    expect(ran.exitCode).toBe(130);
    expect(ran.stderr.at(-1)).toContain(
      'the rollout goes on: watch it with `npx sluice watch rollout/default/shop/checkout`',
    );
    expect(signal).not.toHaveBeenCalled();
  });
});

describe('sluice start starts nothing and exits with 2', () => {
  const start = () => Promise.reject(new Error('something was started'));

  it('when the file cannot be read', async () => {
    const readFile = () => Promise.reject(new Error('EACCES: permission denied'));
    const ran = await sluice(['start', 'secret.yaml'], { start }, { readFile });
    expect(ran).toMatchObject({
      exitCode: 2,
      stderr: ['error: secret.yaml cannot be read: EACCES: permission denied'],
      settings: [],
    });
  });

  it('when the spec is wrong, with every mistake', async () => {
    const readFile = () => Promise.resolve(spec.replace('v1: 100', 'v1: 90').replace('Canary', 'Canari'));
    const text = await sluice(['start', 's.yaml'], { start }, { readFile });
    expect(text.exitCode).toBe(2);
    expect(text.stderr[0]?.split('\n')).toEqual([
      'error: s.yaml has 2 mistakes:',
      's.yaml:2:1: kind: "Canari" is not one of Rollout, Canary',
      's.yaml:10:33: spec.stages[0].weights.checkout: weights add up to 90, they must add up to 100',
    ]);
    const json = await sluice(['start', 's.yaml', '-o', 'json'], { start }, { readFile });
    expect(json.stderr).toEqual([]);
    expect(JSON.parse(json.stdout[0] ?? '')).toMatchObject({
      error: {
        issues: [
          { path: 'kind', line: 2 },
          { line: 10, column: 33 },
        ],
      },
    });
  });

  it('when no worker polls the task queue for a while', async () => {
    const ran = await sluice(['start', 's'], { start, pollers: () => Promise.resolve(0) });
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr.at(-1)).toMatch(
      /no worker polls task queue "sluice" .*start one with `npx sluice worker`/,
    );
  });

  it('when another rollout of the service is open, and says which', async () => {
    const ran = await sluice(['start', 's'], {
      start: () => Promise.resolve(null),
      find: () => Promise.resolve(execution),
    });
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr.at(-1)).toMatch(
      /is already running \(run run-1, since 2026.*Progressing: holding canary\): `npx sluice watch/,
    );
  });
});

it('sluice start waits for a worker that is about to poll', async () => {
  const pollers = jest.fn<Session['pollers']>().mockResolvedValueOnce(0).mockResolvedValue(1);
  expect(await sluice(['start', 's'], { pollers })).toMatchObject({ exitCode: 0 });
});
