import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { startSchedule } from '../../../lab/load/schedule.ts';

beforeEach(() => void jest.useFakeTimers({ now: 0 }));
afterEach(() => void jest.useRealTimers());

describe('startSchedule', () => {
  it('reckons every time from the start: fractions do not add up to a drift', () => {
    const dues: number[] = [];
    const start = performance.now();
    const stop = startSchedule(30, (due) => dues.push(due - start));
    jest.advanceTimersByTime(100_000);
    stop();
    expect(dues).toHaveLength(3_001);
    dues.forEach((due, call) => expect(due).toBeCloseTo((call * 1000) / 30, 6));
  });

  it('makes up for times that were missed, at the time they were due', () => {
    const dues: number[] = [];
    const start = performance.now();
    const stop = startSchedule(100, (due) => {
      dues.push(due - start);
      // The process is held up for 95 ms by the third call.
      if (dues.length === 3) jest.advanceTimersByTime(95);
    });
    jest.advanceTimersByTime(200);
    stop();
    expect(dues.slice(0, 12)).toEqual(Array.from({ length: 12 }, (_, call) => call * 10));
  });

  it('ends when it is stopped', () => {
    const fire = jest.fn();
    startSchedule(10, fire)();
    jest.advanceTimersByTime(5_000);
    expect(fire).toHaveBeenCalledTimes(1);
  });
});
