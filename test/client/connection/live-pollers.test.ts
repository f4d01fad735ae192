import { expect, it } from '@jest/globals';
import { livePollers } from '../../../client/connection/live-pollers.ts';

const now = Date.parse('2026-01-01T00:10:00.000Z');
const polledAgo = (seconds: number) => ({ lastAccessTime: { seconds: now / 1000 - seconds } });

it.each([
  ['polls now', polledAgo(0), 1],
  ['waits for the end of its poll', polledAgo(60), 1],
  ['has a clock that goes ahead', polledAgo(-5), 1],
  ['would have polled again by now', polledAgo(80), 0],
  ['the server knows no time of', { lastAccessTime: null }, 1],
])('a worker that %s counts as it should', (_, poller, count) => {
  expect(livePollers([poller], now)).toHaveLength(count);
});

it('takes times as the server sends them, as 64-bit integers', () => {
  const seconds = BigInt(now / 1000 - 80);
  expect(livePollers([{ lastAccessTime: { seconds } }, polledAgo(1)], now)).toHaveLength(1);
});
