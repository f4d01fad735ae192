import { describe, expect, it } from '@jest/globals';
import { slowBound, tallyAnswers, tallySlow } from '../../../../activities/gates/counters/tally.ts';
import { readCounters } from '../../../../activities/gates/counters/read-counters.ts';
import { parseTextFormat } from '../../../../activities/proxies/text-format.ts';
import { envoyAnswers, envoyDurations } from './statistics.ts';

const subsets = ['v1', 'v3'].map((subset) => ({ host: 'reviews', subset, labels: {} }));
const v3 = { host: 'reviews', subset: 'v3' };
const read = (text: string) => readCounters(parseTextFormat(text), { namespace: 'default', subsets });

describe('a tally', () => {
  it('of answers is of one subset', () => {
    const counters = read(
      envoyAnswers('v1', { '200': 90, '500': 9 }) + envoyAnswers('v3', { '200': 7, '404': 1, '503': 2 }),
    );
    expect(tallyAnswers(counters, v3)).toEqual({ requests: 10, bad: 2 });
    expect(tallyAnswers(counters, { ...v3, subset: 'v2' })).toEqual({ requests: 0, bad: 0 });
  });

  it('of slow requests counts those beyond the bound', () => {
    const counters = read(
      envoyDurations('v3', { '250': 5, '500': 7, '1000': 9, '+Inf': 10 }) +
        envoyDurations('v1', { '500': 0, '+Inf': 50 }),
    );
    expect(tallySlow(counters, v3, 500)).toEqual({ requests: 10, bad: 3 });
  });

  it('of slow requests counts those beyond the next bound where there is none such', () => {
    const counters = read(envoyDurations('v3', { '500': 7, '1000': 9, '2500': 10, '+Inf': 10 }));
    expect(slowBound(counters, 500)).toBe(500);
    expect(slowBound(counters, 800)).toBe(1000);
    expect(tallySlow(counters, v3, 800)).toEqual({ requests: 10, bad: 1 });
  });

  it('of slow requests is not possible where no bound is high enough', () => {
    expect(slowBound(read(envoyDurations('v3', { '500': 7, '+Inf': 10 })), 800)).toBeNull();
    expect(slowBound([], 800)).toBe(800);
  });
});
