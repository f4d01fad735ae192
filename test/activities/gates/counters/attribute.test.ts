import { describe, expect, it, jest } from '@jest/globals';
import { attributeFailures } from '../../../../activities/gates/counters/attribute.ts';
import type {
  CounterSource,
  Increase,
  SubsetEndpoints,
} from '../../../../activities/gates/counters/counter.ts';

const failure = (flag: string, change: Partial<Increase> = {}) =>
  ({
    kind: 'answers',
    series: flag,
    proxy: 'productpage',
    host: 'reviews',
    subset: null,
    requests: 3,
    answer: { code: '503', flags: [flag], status: null },
    ...change,
  }) as Increase;

const subset = (name: string, change: Partial<SubsetEndpoints> = {}): SubsetEndpoints => ({
  host: 'reviews',
  subset: name,
  healthy: 1,
  isLimited: false,
  isSaturated: false,
  ...change,
});

async function culprits(increases: Increase[], ...endpoints: SubsetEndpoints[]) {
  const source = { endpoints: () => Promise.resolve(new Map([['productpage', endpoints]])) };
  return (await attributeFailures(increases, source)).map((increase) => increase.subset);
}

describe('failures without a version', () => {
  it('are those of the one subset that has no healthy endpoint', async () => {
    expect(await culprits([failure('UH')], subset('v1'), subset('v2', { healthy: 0 }))).toEqual(['v2']);
  });

  it('are those of the one subset at the limits of its circuit breaker', async () => {
    const [v1, v2] = [
      subset('v1', { isLimited: true }),
      subset('v2', { isLimited: true, isSaturated: true }),
    ];
    expect(await culprits([failure('UO')], v1, v2)).toEqual(['v2']);
  });

  it('are those of the one subset whose circuit breaker has a limit, though it is below that again', async () => {
    expect(await culprits([failure('UO')], subset('v1'), subset('v2', { isLimited: true }))).toEqual(['v2']);
    expect(await culprits([failure('UH')], subset('v1'), subset('v2', { isLimited: true }))).toEqual([null]);
  });

  it('are those of the one subset that explains them by the endpoints of several ports', async () => {
    const gone = subset('v2', { healthy: 0 });
    expect(await culprits([failure('UH')], subset('v1'), subset('v1'), gone, gone)).toEqual(['v2']);
  });

  it.each([
    ['no subset explains them', failure('UH'), [subset('v1'), subset('v2')]],
    ['several explain them', failure('UH'), [subset('v1', { healthy: 0 }), subset('v2', { healthy: 0 })]],
    [
      'the circuit breakers of several have limits, and none is at its own',
      failure('UO'),
      [subset('v1', { isLimited: true }), subset('v2', { isLimited: true })],
    ],
    ['they have another cause', failure('NC'), [subset('v1'), subset('v2', { healthy: 0 })]],
    ['it is a subset of another service', failure('UH'), [subset('v2', { host: 'ratings', healthy: 0 })]],
  ])('stay without one where %s', async (_, increase, endpoints) => {
    expect(await culprits([increase], ...endpoints)).toEqual([null]);
  });

  it('of a proxy that does not answer stay without one', async () => {
    const source = { endpoints: () => Promise.resolve(new Map<string, SubsetEndpoints[]>()) };
    expect(await attributeFailures([failure('UH')], source)).toEqual([failure('UH')]);
    expect(await attributeFailures([failure('UH')], {})).toEqual([failure('UH')]);
  });

  it('have just the proxies asked that counted them', async () => {
    const endpoints = jest.fn<NonNullable<CounterSource['endpoints']>>(() => Promise.resolve(new Map()));
    await attributeFailures([failure('UF', { subset: 'v2' })], { endpoints });
    expect(endpoints).not.toHaveBeenCalled();
    await attributeFailures([failure('UH'), failure('UO', { proxy: 'gateway' })], { endpoints });
    expect(endpoints).toHaveBeenCalledWith(['productpage', 'gateway']);
  });
});
