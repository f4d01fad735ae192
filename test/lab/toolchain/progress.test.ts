import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { everyTenSeconds, formatElapsed, reportWhile } from '../../../lab/toolchain/progress.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

describe('progress', () => {
  it.each([
    [400, '0s'],
    [45_400, '45s'],
    [59_600, '1m'],
    [80_000, '1m20s'],
  ])('writes %d ms as %s', (milliseconds, text) => {
    expect(formatElapsed(milliseconds)).toBe(text);
  });

  it('is reported at the start, every ten seconds and at the end', async () => {
    const lines: string[] = [];
    const work = Promise.withResolvers<string>();
    const reported = reportWhile(
      'building',
      (line) => lines.push(line),
      (detail) => {
        detail('half of it');
        return work.promise;
      },
    );
    await jest.advanceTimersByTimeAsync(20_500);
    work.resolve('built');
    expect(await reported).toBe('built');
    await jest.advanceTimersByTimeAsync(20_000);
    expect(lines).toEqual([
      'building',
      'building … 10s (half of it)',
      'building … 20s (half of it)',
      'building … done in 21s',
    ]);
  });

  it('stops when the work fails, and calls nothing done', async () => {
    const lines: string[] = [];
    const failing = reportWhile(
      'building',
      (line) => lines.push(line),
      () => Promise.reject(new Error('no')),
    );
    await expect(failing).rejects.toThrow('no');
    await jest.advanceTimersByTimeAsync(20_000);
    expect(lines).toEqual(['building']);
  });

  it('passes a line of a quick poll on every ten seconds only', () => {
    const lines: string[] = [];
    const report = everyTenSeconds((line) => lines.push(line));
    for (let second = 0; second < 25; second++) {
      report(`at ${second}`);
      jest.advanceTimersByTime(1_000);
    }
    expect(lines).toEqual(['at 0', 'at 10', 'at 20']);
  });
});
