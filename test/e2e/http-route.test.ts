import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { binomialInterval } from '../../lab/load/binomial.ts';
import { sharesByStage } from '../../lab/demo/shares.ts';
import type { RolloutResult } from '../../domain/rollout.ts';
import { inventory, settledInventory } from './fixtures/inventory.ts';
import { Lab } from './fixtures/lab.ts';
import { requestsSince } from './fixtures/requests-since.ts';
import { bookinfoByGatewayApi, Rollout } from './fixtures/rollout.ts';

jest.setTimeout(45 * 60_000);

/** One run in ten thousand lies outside. */
const confidence = 0.9999;

describe('HTTPRoutes', () => {
  let lab: Lab;
  let kubeconfig: string;
  let before: string[];

  beforeAll(async () => {
    lab = await Lab.up('http-route');
    kubeconfig = (await lab.describe('--only', 'cluster')).kubeconfig ?? '';
    before = await settledInventory(kubeconfig);
  });

  afterAll(async () => {
    await lab.down();
  });

  it('take Bookinfo through the four stages, as their callers see it, and nobody is hurt', async () => {
    const rollout = await Rollout.start(lab, await bookinfoByGatewayApi(lab, '10s'));
    const load = await lab.load(50);
    const { exitCode, result, endedAt } = await rollout.end();
    expect(result.outcome).toBe('Promoted');
    expect(exitCode).toBe(0);
    expect(result.stages.map(({ verdict }) => verdict)).toEqual(['pass', 'pass', 'pass', 'pass']);
    for (const { stage, requests, versions } of sharesByStage(result, load)) {
      expect(requests).toBeGreaterThan(300);
      for (const { version, weight, requests: seen } of versions) {
        const [low, high] = binomialInterval(requests, weight / 100, confidence);
        const within = seen >= low && seen <= high;
        expect({ stage, version, seen, low, high, within }).toMatchObject({ within: true });
      }
    }
    await requestsSince(load, endedAt);
    expect(load.counts(startOf(result), Infinity).failed).toBe(0);
    expect(Object.keys(load.counts(endedAt, Infinity).byVersion)).toEqual(['v3']);
    await load.stop();
    const there = await inventory(kubeconfig);
    expect(there).toContainEqual(expect.stringMatching(/^HTTPRoute default\/reviews /));
    expect(there).toContainEqual(expect.stringMatching(/^Service default\/reviews-v3 /));
    expect(there.filter((line) => /^(VirtualService|DestinationRule) /.test(line))).toEqual([]);

    expect((await lab.sluice('teardown', rollout.id)).exitCode).toBe(0);
    expect(await settled(kubeconfig, before)).toEqual(before);
  });

  it('put all traffic back when a gate fails v2, and are taken back with all that the run made', async () => {
    await lab.fault('reviews-v2=error:1');
    const changes = [
      [['spec', 'gates'], [{ name: 'errors', errors: {} }]],
      [['spec', 'onFailure'], 'remove'],
    ] as const;
    const rollout = await Rollout.start(lab, await bookinfoByGatewayApi(lab, '10s', changes));
    const load = await lab.load(50);
    const { exitCode, result } = await rollout.end();
    await load.stop();
    await lab.fault('reviews-v2=none');

    expect(result.outcome).toBe('RolledBack');
    expect(exitCode).toBe(3);
    expect(result.weights.reviews).toEqual({ v1: 100 });
    const [, stage] = result.stages;
    expect(stage).toMatchObject({
      verdict: 'fail',
      gates: [{ name: 'errors', subset: 'v2', verdict: 'fail' }],
    });
    // A second's worth of the candidate's share would be 5.
    expect(stage?.requests).toBeLessThan(50);
    expect(result.undone.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      'traffic done',
      'routes done',
      'subsets done',
      'gateway done',
      'application done',
      'mesh done',
      'namespace label done',
    ]);
    expect(await settled(kubeconfig, before)).toEqual(before);
  });
});

function startOf({ stages }: RolloutResult): number {
  return Date.parse(stages[0]?.startedAt ?? '');
}

/** Kubernetes' garbage collector takes what belonged to the Gateway a moment after it. */
async function settled(kubeconfig: string, wanted: readonly string[]): Promise<string[]> {
  for (let tries = 0; ; tries += 1) {
    const now = await inventory(kubeconfig);
    if (tries === 120 || now.join() === wanted.join()) return now;
    await sleep(500);
  }
}
