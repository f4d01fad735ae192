import { describe, expect, it } from '@jest/globals';
import { openReport, recordSample } from '../../../domain/gates/record-sample.ts';
import type { Sample } from '../../../domain/gates/sample.ts';
import type { GateReport } from '../../../domain/rollout.ts';
import type { GateSpec, JobGateSpec, SampledGateSpec } from '../../../domain/spec/document.ts';
import { badAnswers } from '../../support/bad-answers.ts';

const rate: SampledGateSpec = {
  name: 'success-rate',
  hosts: ['reviews'],
  dryRun: false,
  initialDelay: 0,
  interval: 1_000,
  window: 5_000,
  failureLimit: 0,
  inconclusiveLimit: null,
  consecutiveErrorLimit: 4,
  minRequests: 10,
  kind: 'successRate',
  ...badAnswers,
  min: 0.99,
};
const job: JobGateSpec = {
  name: 'smoke',
  hosts: ['reviews'],
  dryRun: false,
  initialDelay: 0,
  kind: 'job',
  image: 'busybox',
  command: [],
  env: {},
  serviceAccount: null,
  timeout: 1_000,
};
const target = { host: 'reviews', subset: 'v2', labels: { version: 'v2' } };

function sample(verdict: Sample['verdict']): Sample {
  const counts = verdict === 'pass' || verdict === 'fail';
  return { verdict, value: counts ? 0.5 : null, requests: counts ? 20 : null, reason: `a ${verdict}` };
}

function after(gate: SampledGateSpec | JobGateSpec, verdicts: readonly Sample['verdict'][]): GateReport {
  const opened = openReport(gate, target);
  return verdicts.map(sample).reduce<GateReport>((report, next) => recordSample(report, gate, next), opened);
}

function times(count: number, verdict: Sample['verdict']): Sample['verdict'][] {
  return Array.from({ length: count }, () => verdict);
}

describe('the report of a gate', () => {
  it('is inconclusive before the first sample', () => {
    expect(openReport(rate, target)).toEqual({
      name: 'success-rate',
      host: 'reviews',
      subset: 'v2',
      verdict: 'inconclusive',
      value: null,
      samples: 0,
      failures: 0,
      inconclusives: 0,
      consecutiveErrors: 0,
      requests: null,
      dryRun: false,

      reason: 'no sample yet',
    });
  });

  it('says whether the gate only reports', () => {
    const gates: GateSpec[] = [
      { ...rate, dryRun: true },
      { ...job, dryRun: true },
    ];
    expect(gates.map((gate) => openReport(gate, target).dryRun)).toEqual([true, true]);
  });

  it('passes with the latest sample, and counts its requests', () => {
    expect(after(rate, ['inconclusive', 'pass'])).toMatchObject({
      verdict: 'pass',
      value: 0.5,
      requests: 20,
      samples: 2,
      inconclusives: 1,
      reason: 'a pass',
    });
  });

  it('is inconclusive again when the latest sample says nothing, and keeps the last value', () => {
    for (const nothing of ['inconclusive', 'error'] as const) {
      expect(after(rate, ['pass', nothing])).toMatchObject({
        verdict: 'inconclusive',
        value: 0.5,
        requests: 20,
        samples: 2,
        reason: `a ${nothing}`,
      });
    }
  });
});

describe('samples that fail', () => {
  it('fail the gate at the first by default', () => {
    expect(after(rate, ['pass', 'fail'])).toMatchObject({
      verdict: 'fail',
      samples: 2,
      failures: 1,
      reason: 'a fail',
    });
  });

  it('are tolerated up to the limit, and no more', () => {
    const tolerant = { ...rate, failureLimit: 2 };
    expect(after(tolerant, ['fail', 'fail', 'pass']).verdict).toBe('pass');
    expect(after(tolerant, ['fail', 'pass', 'fail', 'fail'])).toMatchObject({
      verdict: 'fail',
      failures: 3,
      reason: 'a fail; 3 failed samples (limit 2)',
    });
  });

  it('that are tolerated are no pass while they are the latest', () => {
    expect(after({ ...rate, failureLimit: 2 }, ['pass', 'fail'])).toMatchObject({
      verdict: 'inconclusive',
      reason: 'a fail; 1 failed samples (limit 2)',
    });
  });

  it('leave the gate failed whatever comes after', () => {
    expect(after(rate, ['fail', 'pass', 'pass'])).toMatchObject({ verdict: 'fail', samples: 1 });
  });
});

describe('samples that say nothing', () => {
  it('may be any number where no limit is given', () => {
    expect(after(rate, [...times(1000, 'inconclusive'), 'pass'])).toMatchObject({
      verdict: 'pass',
      inconclusives: 1000,
    });
  });

  it('beyond the limit leave the gate inconclusive whatever passes after them', () => {
    const strict = { ...rate, inconclusiveLimit: 2 };
    expect(after(strict, ['inconclusive', 'pass', 'inconclusive', 'pass']).verdict).toBe('pass');
    expect(
      after(strict, ['inconclusive', 'pass', ...times(2, 'inconclusive'), 'pass', 'pass']),
    ).toMatchObject({
      verdict: 'inconclusive',
      inconclusives: 3,
      reason: 'a pass; 3 inconclusive samples (limit 2)',
    });
  });
});

describe('samples that cannot be taken', () => {
  it('count in a row: one that can be taken starts the count again', () => {
    const outages = [...times(4, 'error'), 'inconclusive', ...times(4, 'error'), 'pass'] as const;
    expect(after(rate, outages)).toMatchObject({ verdict: 'pass', consecutiveErrors: 0, inconclusives: 1 });
  });

  it('beyond the limit leave the gate inconclusive whatever passes after them, and never fail it', () => {
    expect(after(rate, times(500, 'error'))).toMatchObject({ verdict: 'inconclusive', failures: 0 });
    expect(after(rate, [...times(5, 'error'), 'pass', 'pass'])).toMatchObject({
      verdict: 'inconclusive',
      consecutiveErrors: 5,
      reason: 'a pass; 5 failed measurements in a row (limit 4)',
    });
  });

  it('do not hide a candidate that fails afterwards', () => {
    expect(after(rate, [...times(5, 'error'), 'fail']).verdict).toBe('fail');
  });
});

describe('a Job', () => {
  it.each([
    ['pass', 'pass'],
    ['fail', 'fail'],
    ['error', 'inconclusive'],
  ] as const)('whose one sample is %s is %s', (said, verdict) => {
    expect(after(job, [said])).toMatchObject({ verdict, samples: 1, reason: `a ${said}` });
  });
});
