import { describe, expect, it } from '@jest/globals';
import { judgeSample, type Sample } from '../../../domain/gates/judge-sample.ts';
import { judgeStage } from '../../../domain/gates/judge-stage.ts';
import { openReport, recordSample } from '../../../domain/gates/record-sample.ts';
import type { GateReport, Verdict } from '../../../domain/rollout.ts';
import type { GateSpec } from '../../../domain/spec/document.ts';

const common = { hosts: ['reviews'], interval: 1_000, window: 5_000, failureLimit: 0, minRequests: 10 };
const rate: GateSpec = { ...common, name: 'success-rate', kind: 'successRate', min: 0.99 };
const latency: GateSpec = { ...common, name: 'latency', kind: 'latency', percentile: 99, max: 500 };
const target = { host: 'reviews', subset: 'v2', labels: { version: 'v2' } };

function buckets(below: number, all: number) {
  return {
    kind: 'latency',
    buckets: [
      { le: 500, count: below },
      { le: 1000, count: all },
      { le: Infinity, count: all },
    ],
  } as const;
}

describe('a success rate', () => {
  it.each([
    [100, 0, 'pass', 1],
    [100, 1, 'pass', 0.99],
    [700, 7, 'pass', 0.99],
    [100, 2, 'fail', 0.98],
    [100, 100, 'fail', 0],
    [100, 101, 'fail', 0],
  ] as const)('of %p requests and %p errors is %s', (requests, errors, verdict, value) => {
    expect(judgeSample(rate, { kind: 'successRate', requests, errors })).toMatchObject({
      verdict,
      value,
      requests,
    });
  });

  it('that fails says what was seen and what is asked for', () => {
    const { reason } = judgeSample(rate, { kind: 'successRate', requests: 10_000, errors: 101 });
    expect(reason).toBe('success rate 98.99% of 10000 requests, at least 99% is asked for');
  });
});

describe('a latency', () => {
  it.each([
    [100, 100, 'pass'],
    [99, 100, 'pass'],
    [98, 100, 'fail'],
    [0, 100, 'fail'],
  ] as const)('with %p of %p requests within the objective is %s', (below, all, verdict) => {
    expect(judgeSample(latency, buckets(below, all)).verdict).toBe(verdict);
  });

  it('that fails says what was seen and what is asked for', () => {
    expect(judgeSample(latency, buckets(0, 20)).reason).toBe(
      'p99 latency 995ms of 20 requests, at most 500ms is asked for',
    );
  });
});

describe('what is not known is inconclusive, never a pass', () => {
  it.each([
    ['no requests', rate, { kind: 'successRate', requests: 0, errors: 0 }, 'no requests in the window'],
    [
      'too few requests',
      rate,
      { kind: 'successRate', requests: 9, errors: 9 },
      '9 requests in the window, at least 10 are needed',
    ],
    [
      'requests that are NaN',
      rate,
      { kind: 'successRate', requests: NaN, errors: 0 },
      'the number of requests is not known',
    ],
    [
      'a negative count',
      rate,
      { kind: 'successRate', requests: -5, errors: 0 },
      'the number of requests is not known',
    ],
    [
      'infinite requests',
      rate,
      { kind: 'successRate', requests: Infinity, errors: 0 },
      'the number of requests is not known',
    ],
    [
      'errors that are NaN',
      rate,
      { kind: 'successRate', requests: 50, errors: NaN },
      'the metrics give no number',
    ],
    [
      'negative errors',
      rate,
      { kind: 'successRate', requests: 50, errors: -1 },
      'the metrics give no number',
    ],
    ['no buckets', latency, { kind: 'latency', buckets: [] }, 'no requests in the window'],
    [
      'just the last bucket',
      latency,
      { kind: 'latency', buckets: [{ le: Infinity, count: 50 }] },
      'the metrics give no number',
    ],
    [
      'buckets that are NaN',
      latency,
      { kind: 'latency', buckets: [{ le: Infinity, count: NaN }] },
      'the number of requests is not known',
    ],
    [
      'a query that failed',
      rate,
      { kind: 'unavailable', reason: 'connection refused' },
      'connection refused',
    ],
    [
      'metrics of another kind',
      rate,
      { kind: 'latency', buckets: [] },
      'gate success-rate asks for successRate and was given latency',
    ],
  ] as const)('%s', (_, gate, measurement, reason) => {
    expect(judgeSample(gate, measurement)).toMatchObject({ verdict: 'inconclusive', value: null, reason });
  });
});

function sample(verdict: Verdict): Sample {
  return { verdict, value: verdict === 'inconclusive' ? null : 0.5, requests: 20, reason: `a ${verdict}` };
}

function after(gate: GateSpec, verdicts: readonly Verdict[]): GateReport {
  return verdicts
    .map(sample)
    .reduce((report, next) => recordSample(report, gate, next), openReport(gate, target));
}

describe('the report of a gate', () => {
  it('is inconclusive before the first sample', () => {
    expect(openReport(rate, target)).toMatchObject({
      verdict: 'inconclusive',
      samples: 0,
      reason: 'no sample yet',
    });
  });

  it('fails at the first failed sample by default', () => {
    expect(after(rate, ['pass', 'fail'])).toMatchObject({
      verdict: 'fail',
      samples: 2,
      failures: 1,
      reason: 'a fail',
    });
  });

  it('tolerates as many failed samples as its limit, and no more', () => {
    const tolerant = { ...rate, failureLimit: 2 };
    expect(after(tolerant, ['fail', 'pass', 'fail']).verdict).toBe('pass');
    expect(after(tolerant, ['fail', 'pass', 'fail', 'fail'])).toMatchObject({
      verdict: 'fail',
      failures: 3,
      reason: 'a fail (3 of the samples so far failed, 2 may)',
    });
  });

  it('stays failed whatever comes after', () => {
    expect(after(rate, ['fail', 'pass', 'pass'])).toMatchObject({ verdict: 'fail', samples: 1 });
  });

  it('is inconclusive again when the latest sample says nothing, and keeps the last value', () => {
    expect(after(rate, ['pass', 'inconclusive'])).toMatchObject({
      verdict: 'inconclusive',
      value: 0.5,
      samples: 2,
    });
    expect(after(rate, ['inconclusive', 'pass']).verdict).toBe('pass');
  });
});

describe('the verdict of a stage', () => {
  const reports = (...verdicts: Verdict[]) => verdicts.map((verdict) => after(rate, [verdict]));

  it.each([
    [['pass', 'inconclusive', 'fail'], 'fail', 'success-rate of reviews v2: a fail'],
    [['pass', 'inconclusive'], 'inconclusive', 'success-rate of reviews v2: a inconclusive'],
    [['pass', 'pass'], 'pass', 'all gates passed'],
    [[], 'pass', 'no gate judges this stage'],
  ] as const)('of %p is %s', (verdicts, verdict, reason) => {
    expect(judgeStage(reports(...verdicts))).toEqual({ verdict, reason });
  });
});
