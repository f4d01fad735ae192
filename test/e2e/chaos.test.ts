import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chaos, type KeptReport } from '../chaos/chaos.ts';
import { drawPlan } from '../chaos/plan/draw.ts';
import { describePlan } from '../chaos/plan/describe.ts';
import type { Victim } from '../chaos/plan/plan.ts';
import { temporalPort } from './fixtures/environment.ts';

jest.setTimeout(45 * 60_000);

const only: readonly Victim[] = ['worker', 'temporal', 'kube-apiserver', 'etcd', 'istiod'];
/** With it each of them is killed once, and a run ends in each of three ways. */
const seed = 'test-13216';
const runs = 3;

describe('rollouts while parts of the lab are killed', () => {
  let keep: string;
  const reports: KeptReport[] = [];

  beforeAll(async () => {
    keep = await mkdtemp(join(tmpdir(), 'sluice-chaos-kept-'));
    process.env.SLUICE_TEMPORAL_PORT = await temporalPort();
    await chaos({
      name: 'chaos-test',
      seed,
      first: 1,
      runs,
      limit: 30 * 60_000,
      only,
      keep,
      say: (line) => process.stderr.write(`${line}\n`),
      onReport: (report) => reports.push(report),
      signal: new AbortController().signal,
    });
  });

  afterAll(async () => {
    // What a run left that went wrong is for whoever looks at it.
    if (reports.every(({ evidence }) => evidence === null)) await rm(keep, { recursive: true });
  });

  it.each(Array.from({ length: runs }, (_, index) => describePlan(drawPlan(seed, index + 1, only))))(
    'end as they must: %s',
    (described) => {
      const report = reports.find(({ plan }) => describePlan(plan) === described);
      expect(report).toMatchObject({ wrong: [], evidence: null });
    },
  );

  it('fail no request', () => {
    for (const { requests, failures } of reports) {
      expect(requests).toBeGreaterThan(100);
      expect(failures?.unexplained).toEqual([]);
    }
  });
});
