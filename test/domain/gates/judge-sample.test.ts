import { describe, expect, it } from '@jest/globals';
import { judgeSample } from '../../../domain/gates/judge-sample.ts';
import type { PromqlGateSpec, WindowGateSpec } from '../../../domain/spec/document.ts';
import { badAnswers } from '../../support/bad-answers.ts';

const sampled = {
  hosts: ['reviews'],
  dryRun: false,
  initialDelay: 0,
  interval: 1_000,
  window: 5_000,
  failureLimit: 0,
  inconclusiveLimit: null,
  consecutiveErrorLimit: 4,
};
const common = { ...sampled, minRequests: 10 };
const rate: WindowGateSpec = {
  ...common,
  name: 'success-rate',
  kind: 'successRate',
  ...badAnswers,
  min: 0.99,
};
const latency: WindowGateSpec = { ...common, name: 'latency', kind: 'latency', percentile: 99, max: 500 };
const query: PromqlGateSpec = { ...sampled, name: 'queue', kind: 'promql', query: 'q', min: null, max: 10 };

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
    expect(judgeSample(rate, { kind: 'successRate', unknown: 0, requests, errors })).toMatchObject({
      verdict,
      value,
      requests,
    });
  });

  it('that fails says what was seen and what is asked for', () => {
    const { reason } = judgeSample(rate, {
      kind: 'successRate',
      unknown: 0,
      requests: 10_000,
      errors: 101,
    });
    expect(reason).toBe('success rate 98.99% over 10000 requests (minimum 99%)');
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
      'p99 latency 995ms over 20 requests (maximum 500ms)',
    );
  });
});

describe('what is not known is inconclusive, never a pass', () => {
  it.each([
    [
      'no requests',
      rate,
      { kind: 'successRate', unknown: 0, requests: 0, errors: 0 },
      'no requests in the window',
    ],
    [
      'too few requests',
      rate,
      { kind: 'successRate', unknown: 0, requests: 9, errors: 9 },
      '9 requests in the window (minimum 10)',
    ],
    [
      'requests that are NaN',
      rate,
      { kind: 'successRate', unknown: 0, requests: NaN, errors: 0 },
      'the number of requests is not known',
    ],
    [
      'a negative count',
      rate,
      { kind: 'successRate', unknown: 0, requests: -5, errors: 0 },
      'the number of requests is not known',
    ],
    [
      'infinite requests',
      rate,
      { kind: 'successRate', unknown: 0, requests: Infinity, errors: 0 },
      'the number of requests is not known',
    ],
    [
      'errors that are NaN',
      rate,
      { kind: 'successRate', unknown: 0, requests: 50, errors: NaN },
      'the metrics give no number',
    ],
    [
      'negative errors',
      rate,
      { kind: 'successRate', unknown: 0, requests: 50, errors: -1 },
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
    ['metrics of nothing', rate, { kind: 'empty', reason: 'no data' }, 'no data'],
    ['a query that gives nothing', query, { kind: 'empty', reason: 'no data' }, 'no data'],
    ['NaN', query, { kind: 'value', value: NaN }, 'the query gives NaN, which is no number'],
    [
      'a division by nothing',
      query,
      { kind: 'value', value: Infinity },
      'the query gives Infinity, which is no number',
    ],
  ] as const)('%s', (_, gate, measurement, reason) => {
    expect(judgeSample(gate, measurement)).toMatchObject({ verdict: 'inconclusive', value: null, reason });
  });
});

describe('what cannot be measured is an error, never a pass', () => {
  it.each([
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
    [
      'a number for a window',
      rate,
      { kind: 'value', value: 1 },
      'gate success-rate asks for successRate and was given value',
    ],
  ] as const)('%s', (_, gate, measurement, reason) => {
    expect(judgeSample(gate, measurement)).toEqual({ verdict: 'error', value: null, requests: null, reason });
  });
});

describe('the number of a query', () => {
  it.each([
    [null, 10, 10, 'pass'],
    [null, 10, 10.01, 'fail'],
    [0, null, 0, 'pass'],
    [0, null, -1, 'fail'],
    [0, 10, 5, 'pass'],
    [0, 10, 11, 'fail'],
    [0, 10, -1, 'fail'],
  ] as const)('from %p to %p, being %p, is a %s', (min, max, value, verdict) => {
    expect(judgeSample({ ...query, min, max }, { kind: 'value', value })).toMatchObject({ verdict, value });
  });

  it('says what it is and what is asked for', () => {
    const { reason } = judgeSample({ ...query, min: 0.5 }, { kind: 'value', value: 12.5 });
    expect(reason).toBe('the query gives 12.5 (minimum 0.5, maximum 10)');
  });
});
