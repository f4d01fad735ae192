import { describe, expect, it } from '@jest/globals';
import { failuresAfter, restartDelay } from '../../../lab/supervisor/back-off.ts';

describe('the delay before a part is started again', () => {
  it('doubles with each failure, up to ten seconds', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 20].map(restartDelay)).toEqual([
      250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000,
    ]);
  });

  it('begins anew for a part that ran for long', () => {
    expect(failuresAfter(3, 29_999)).toBe(4);
    expect(failuresAfter(3, 30_000)).toBe(1);
  });
});
