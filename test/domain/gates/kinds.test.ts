import { describe, expect, it } from '@jest/globals';
import { gateKinds, kindNeeds } from '../../../domain/gates/kinds.ts';

const kindsThat = (holds: (kind: (typeof gateKinds)[number]) => boolean) => gateKinds.filter(holds);

describe('kinds of gates', () => {
  it('read a Prometheus, or read it only as their source', () => {
    expect(kindsThat((kind) => kindNeeds[kind].prometheus({}))).toEqual(['successRate', 'latency', 'promql']);
    expect(kindsThat((kind) => kindNeeds[kind].prometheus({ source: 'prometheus' }))).toEqual([
      'errors',
      'slowRequests',
      'successRate',
      'latency',
      'promql',
    ]);
  });

  it('need subsets with a label version where a query asks for it', () => {
    expect(kindsThat((kind) => kindNeeds[kind].version({ query: 'up' }))).toEqual([]);
    const query = 'up{version="{{version}}"}';
    expect(kindsThat((kind) => kindNeeds[kind].version({ query }))).toEqual([
      'promql',
      'cloudWatch',
      'datadog',
    ]);
    const queries = [{ dimensions: { TargetGroup: '{{version}}' } }];
    expect(kindNeeds.cloudWatch.version({ queries })).toBe(true);
    expect(kindNeeds.cloudWatch.version({ queries: [] })).toBe(false);
  });

  it.each([
    ['errors', { interval: 2_000, window: 60_000 }, ['interval'], 2_000],
    ['errors', { source: 'prometheus' }, ['interval'], 5_000],
    ['latency', { interval: 2_000, window: 60_000 }, ['window'], 60_000],
    ['datadog', {}, ['window'], 300_000],
    ['job', { timeout: 7_000 }, ['job', 'timeout'], 7_000],
    ['job', {}, ['job', 'timeout'], 300_000],
  ] as const)('%s with %p ask a stage to hold for %p', (kind, settings, field, duration) => {
    expect(kindNeeds[kind].hold(settings)).toMatchObject({ field, duration });
  });

  it('that are asked whenever wanted ask nothing of a hold', () => {
    expect(kindNeeds.http.hold({ interval: 1_000, window: 0 })).toBeNull();
  });

  it.each([
    ['latency', { interval: 1_000, window: 60_000 }, 62_000, 0],
    ['http', { interval: 1_000, window: 0 }, 2_000, 0],
    ['errors', { interval: 1_000 }, 2_000, 0],
    ['job', { timeout: 7_000 }, 7_000, 7_000],
  ] as const)('%s with %p look within %p ms, and go on for %p ms', (kind, settings, look, overtime) => {
    expect(kindNeeds[kind].lookTime(settings)).toBe(look);
    expect(kindNeeds[kind].overtime(settings)).toBe(overtime);
  });
});
