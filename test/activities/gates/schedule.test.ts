import { describe, expect, it } from '@jest/globals';
import { nextSample } from '../../../activities/gates/schedule.ts';

const schedule = { since: 100_000, deadline: 120_500, interval: 2_000, window: 5_000 };

describe('the samples of a gate', () => {
  it('begin one whole window after the proxies had the weights', () => {
    expect(nextSample(schedule, null, 100_000)).toBe(105_000);
  });

  it('are one interval apart, however late the one before was taken', () => {
    expect(nextSample(schedule, 105_000, 106_900)).toBe(107_000);
  });

  it('end with one at the deadline', () => {
    expect(nextSample(schedule, 119_000, 119_001)).toBe(120_500);
    expect(nextSample(schedule, 120_500, 120_501)).toBeNull();
  });

  it('are not made up for: the latest that is due stands for those that were missed', () => {
    expect(nextSample(schedule, 105_000, 114_300)).toBe(113_000);
    expect(nextSample(schedule, null, 114_300)).toBe(113_000);
  });

  it('are one at the deadline when all of the hold was missed', () => {
    expect(nextSample(schedule, null, 999_000)).toBe(120_500);
  });

  it('are none when the hold is shorter than a window', () => {
    expect(nextSample({ ...schedule, deadline: 104_999 }, null, 104_000)).toBeNull();
  });

  it('may be one, when the hold is as long as a window', () => {
    const short = { ...schedule, deadline: 105_000 };
    expect(nextSample(short, null, 104_000)).toBe(105_000);
    expect(nextSample(short, 105_000, 105_001)).toBeNull();
  });

  it('never end without a deadline', () => {
    expect(nextSample({ ...schedule, deadline: null }, 999_000, 999_001)).toBe(1_001_000);
  });

  it('go on in step from one that was taken out of step', () => {
    expect(nextSample({ ...schedule, deadline: null }, 120_500, 120_501)).toBe(121_000);
  });
});
