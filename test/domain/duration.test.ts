import { describe, expect, it } from '@jest/globals';
import { formatDuration, parseDuration } from '../../domain/duration.ts';

describe('parseDuration', () => {
  it.each([
    ['0s', 0],
    ['500ms', 500],
    ['20s', 20_000],
    ['1m30s', 90_000],
    ['1.5h', 5_400_000],
    ['1.001s', 1_001],
    ['0.29m', 17_400],
    ['2d', 172_800_000],
    [' 5s ', 5_000],
  ])('reads %p', (text, expected) => expect(parseDuration(text)).toBe(expected));

  it.each(['', '5', 's', '5 s', '1m 30s', '5x', 'ten seconds', '+5s', '5s-3s', '1e3s', '٣s', '0.5ms'])(
    'refuses %p',
    (text) => {
      expect(() => parseDuration(text)).toThrow(
        `${JSON.stringify(text)} is not a duration with a unit, such as 500ms`,
      );
    },
  );

  it('says that a duration is negative', () => {
    expect(() => parseDuration('-5s')).toThrow('"-5s" is negative, it must be 0s or longer');
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0s'],
    [90_000, '1m30s'],
    [500, '500ms'],
    [86_400_000, '1d'],
    [-1_000, '-1s'],
  ])('writes %p', (value, expected) => expect(formatDuration(value)).toBe(expected));

  it('writes what parseDuration reads', () => {
    for (let value = 1; value < 3e9; value = value * 3 + 7)
      expect(parseDuration(formatDuration(value))).toBe(value);
  });
});
