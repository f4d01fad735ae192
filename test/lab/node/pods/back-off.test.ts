import { expect, it } from '@jest/globals';
import { restartBackOff } from '../../../../lab/node/pods/back-off.ts';

it('doubles from one second up to thirty', () => {
  const backOff = restartBackOff();
  expect(Array.from({ length: 7 }, () => backOff.next(10))).toEqual([
    1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
  ]);
});

it('begins again after a minute of health', () => {
  const backOff = restartBackOff();
  backOff.next(10);
  backOff.next(10);
  expect(backOff.next(60_000)).toBe(1_000);
  expect(backOff.next(59_999)).toBe(2_000);
});
