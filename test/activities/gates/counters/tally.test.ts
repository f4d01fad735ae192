import { describe, expect, it } from '@jest/globals';
import { slowBound, tallyAnswers, tallySlow } from '../../../../activities/gates/counters/tally.ts';
import { readCounters } from '../../../../activities/gates/counters/read-counters.ts';
import { parseTextFormat } from '../../../../activities/proxies/text-format.ts';
import { badAnswers } from '../../../support/bad-answers.ts';
import { countedOf } from './counted.ts';
import { answersOf, durationsOf } from './statistics.ts';

const v3 = { host: 'reviews', subset: 'v3' };
const read = (text: string) => readCounters(parseTextFormat(text), countedOf());

describe('a tally', () => {
  it('of answers is of one subset', () => {
    const counters = read(
      answersOf('v1', { '200': 90, '500': 9 }) + answersOf('v3', { '200': 7, '404': 1, '503': 2 }),
    );
    expect(tallyAnswers(counters, v3, badAnswers)).toEqual({ good: 8, bad: 2, unanswered: 0 });
    expect(tallyAnswers(counters, { ...v3, subset: 'v2' }, badAnswers)).toEqual({
      good: 0,
      bad: 0,
      unanswered: 0,
    });
  });

  it('of slow requests counts those beyond the bound', () => {
    const counters = read(
      durationsOf('v3', { '250': 5, '500': 7, '1000': 9, '+Inf': 10 }) +
        durationsOf('v1', { '500': 0, '+Inf': 50 }),
    );
    expect(tallySlow(counters, v3, 500)).toEqual({ requests: 10, bad: 3 });
  });

  it('of slow requests counts those beyond the next bound where there is none such', () => {
    const counters = read(durationsOf('v3', { '500': 7, '1000': 9, '2500': 10, '+Inf': 10 }));
    expect(slowBound(counters, 500)).toBe(500);
    expect(slowBound(counters, 800)).toBe(1000);
    expect(tallySlow(counters, v3, 800)).toEqual({ requests: 10, bad: 1 });
  });

  it('of slow requests is not possible where no bound is high enough', () => {
    expect(slowBound(read(durationsOf('v3', { '500': 7, '+Inf': 10 })), 800)).toBeNull();
    expect(slowBound([], 800)).toBe(800);
  });
});
