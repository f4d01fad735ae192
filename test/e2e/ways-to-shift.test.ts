import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StageResult } from '../../domain/rollout.ts';
import { podHeader } from '../../lab/bookinfo/serve.ts';
import { binomialInterval } from '../../lab/load/binomial.ts';
import { classifyByHeader } from '../../lab/load/classify.ts';
import { startLoad, type LoadRun } from '../../lab/load/run.ts';
import { findSidecarUrl } from '../../lab/load/sidecar.ts';
import { Lab } from './fixtures/lab.ts';
import { bringBookinfo, canary, changedCopy, Rollout } from './fixtures/rollout.ts';

jest.setTimeout(45 * 60_000);

const context = 'sluice-lab';
const id = `rollout/${context}/default/reviews`;

/** One run in a hundred lies outside of each interval; six of them are looked at. */
const confidence = 0.99;

const errors = { name: 'errors', errors: {}, interval: '250ms' };
const only = (split: object) => ({ weights: { reviews: split } });

describe('other ways to shift than weights', () => {
  let lab: Lab;
  let everybody: LoadRun;
  let testers: LoadRun;
  let load: (rate: number, headers: Record<string, string>, host?: string) => LoadRun;

  beforeAll(async () => {
    lab = await Lab.up('ways');
    await (await bringBookinfo(lab)).stop();
    // Straight at the calling sidecar: productpage would hide a first failure.
    const url = await findSidecarUrl(lab.name, 'productpage');
    load = (rate, headers, host = 'reviews') =>
      startLoad({ url: `${url}/reviews/0`, host, rate, headers, classify: classifyByHeader(podHeader) });
    everybody = load(50, {});
    testers = load(10, { 'x-tester': 'yes', cookie: 'a=b; tester=yes' });
  });

  afterAll(async () => {
    // A set-up that failed has no load.
    await (everybody as LoadRun | undefined)?.stop();
    await (testers as LoadRun | undefined)?.stop();
    await lab.down();
  });

  async function start(stages: readonly object[], hold: string, spec: object = {}): Promise<Rollout> {
    const named = stages.map((stage, index) => ({ name: `stage-${index + 1}`, hold, ...stage }));
    const more = { ...spec, stages: named };
    return await Rollout.start(
      lab,
      await canary(lab, context, [], 'reviews', { gates: [errors], hold, more }),
      id,
    );
  }

  it('mirror: a candidate that fails everything is rolled back by copies, and no request is hurt', async () => {
    await lab.fault('reviews-v2=error:1');
    const from = Date.now();
    const rollout = await start(
      [{ ...only({ v1: 100 }), mirror: { reviews: { v2: 50 } } }, only({ v1: 90, v2: 10 })],
      '60s',
    );
    const { result, exitCode } = await rollout.end();
    await lab.fault('reviews-v2=none');
    expect(result).toMatchObject({ outcome: 'RolledBack', weights: { reviews: { v1: 100 } } });
    expect(exitCode).toBe(3);
    expect(result.stages[0]?.requests).toBeGreaterThan(0);
    expect(result.stages[0]?.reason).toContain('5xx');
    await sleep(2_000);
    const { requests, failed, byVersion } = everybody.counts(from, Infinity);
    expect(requests).toBeGreaterThan(100);
    expect({ failed, versions: Object.keys(byVersion) }).toEqual({ failed: 0, versions: ['v1'] });
    console.info(
      `mirror: ${failed} of ${requests} requests hurt, after ${result.stages[0]?.requests ?? 0} copies: ${result.reason}`,
    );
  });

  it('mirror, then match: testers have the candidate at any weight, everybody their share', async () => {
    const match = { reviews: { v2: [{ headers: { 'x-tester': { exact: 'yes' } } }] } };
    const rollout = await start(
      [
        { ...only({ v1: 100 }), mirror: { reviews: { v2: 100 } } },
        { ...only({ v1: 100 }), match },
        only({ v1: 80, v2: 20 }),
        only({ v2: 100 }),
      ],
      '10s',
    );
    const { result } = await rollout.end();
    expect(result).toMatchObject({ outcome: 'Promoted', weights: { reviews: { v2: 100 } } });
    const [copied, matched, shared, all] = result.stages;
    for (const stage of [copied, matched, shared, all]) expectShares(stage, everybody);
    expect(versionsIn(copied, testers)).toEqual(['v1']);
    for (const stage of [matched, shared, all]) expect(versionsIn(stage, testers)).toEqual(['v2']);
    expect(copied?.requests).toBeGreaterThan(100);
    expect(JSON.stringify(await lab.virtualServiceSpec('reviews'))).not.toMatch(/x-tester|irror/);
  });

  it('blue/green: the preview has the candidate alone until everybody has, and goes with the rollout', async () => {
    const subsets = ['v1', 'v2'].map((name) => ({ name, labels: { version: name } }));
    const previewed = subsets.map((subset) =>
      subset.name === 'v2' ? { ...subset, preview: 'reviews-preview' } : subset,
    );
    const services = [{ host: 'reviews', subsets: previewed, stable: 'v1' }];
    const rollout = await start([only({ v1: 100 }), only({ v2: 100 })], '10s', { services });
    await rollout.holding('stage-1');
    const preview = load(10, {}, 'reviews-preview');
    const { result, endedAt } = await rollout.end();
    const [blue, green] = result.stages;
    expect(result.outcome).toBe('Promoted');
    expect(versionsIn(blue, everybody)).toEqual(['v1']);
    expect(versionsIn(blue, preview)).toEqual(['v2']);
    expect(versionsIn(green, everybody)).toEqual(['v2']);
    await sleep(5_000);
    await preview.stop();
    const after = preview.counts(endedAt + 3_000, Infinity);
    expect(after.failed).toBe(after.requests);
    expect(everybody.counts(endedAt, Infinity).failed).toBe(0);
  });
});

describe('copies and testers by HTTPRoute', () => {
  let lab: Lab;
  const loads: LoadRun[] = [];

  beforeAll(async () => {
    lab = await Lab.up('ways-http-route');
  });

  afterAll(async () => {
    for (const one of loads) await one.stop();
    await lab.down();
  });

  it('are counted, and followed at the client', async () => {
    const everyHost = Object.fromEntries(
      ['productpage', 'details', 'ratings', 'reviews'].map((host) => [host, { v1: 100 }]),
    );
    const match = { reviews: { v2: [{ cookies: { tester: { exact: 'yes' } } }] } };
    const stages = [
      { weights: everyHost, mirror: { reviews: { v2: 50 } }, hold: '25s' },
      { ...only({ v1: 100 }), match, hold: '10s' },
      { ...only({ v1: 80, v2: 20 }), hold: '10s' },
      { ...only({ v2: 100 }), hold: '10s' },
    ].map((stage, index) => ({ name: `stage-${index + 1}`, ...stage }));
    const spec = await changedCopy(lab, 'examples/bookinfo-gateway-api.yaml', [
      [['spec', 'cluster', 'name'], lab.name],
      [['spec', 'gates'], [errors]],
      [['spec', 'stages'], stages],
    ]);
    const rollout = await Rollout.start(lab, spec);
    await (await lab.load(5)).stop();
    const url = `${await findSidecarUrl(lab.name, 'productpage')}/reviews/0`;
    const load = (rate: number, headers = {}) => {
      const options = { url, host: 'reviews', rate, headers, classify: classifyByHeader(podHeader) };
      loads.push(startLoad(options));
    };
    load(50);
    load(10, { cookie: 'a=b; tester=yes' });
    const { result } = await rollout.end();
    const [everybody, testers] = loads as [LoadRun, LoadRun];
    expect(result.outcome).toBe('Promoted');
    const [copied, matched, shared, all] = result.stages;
    expect(copied?.requests).toBeGreaterThan(100);
    for (const stage of [matched, shared, all]) {
      expectShares(stage, everybody);
      expect(versionsIn(stage, testers)).toEqual(['v2']);
    }
  });
});

function countsIn(stage: StageResult | undefined, load: LoadRun) {
  return load.counts(Date.parse(stage?.observedAt ?? ''), Date.parse(stage?.endedAt ?? ''));
}

function versionsIn(stage: StageResult | undefined, load: LoadRun): string[] {
  const { requests, failed, byVersion } = countsIn(stage, load);
  expect(requests).toBeGreaterThan(50);
  expect(failed).toBe(0);
  return Object.keys(byVersion);
}

function expectShares(stage: StageResult | undefined, load: LoadRun): void {
  const { requests, failed, byVersion } = countsIn(stage, load);
  expect(failed).toBe(0);
  expect(requests).toBeGreaterThan(300);
  for (const [version, weight] of Object.entries(stage?.weights.reviews ?? {})) {
    const [low, high] = binomialInterval(requests, weight / 100, confidence);
    const seen = byVersion[version] ?? 0;
    console.info(`${stage?.name ?? ''}: ${seen} of ${requests} requests on ${version} (${low} to ${high})`);
    expect({ version, seen, low, high, within: seen >= low && seen <= high }).toMatchObject({ within: true });
  }
}
