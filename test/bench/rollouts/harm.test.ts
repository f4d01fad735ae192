import { describe, expect, it } from '@jest/globals';
import { failuresOf, harmOf, hurtElsewhere, lastRequest } from '../../../bench/rollouts/harm.ts';

const sample = (at: number, version: string | null, error: string | null = null, latencyMs = 5) => ({
  at,
  version,
  error,
  latencyMs,
  status: error === null ? 200 : 500,
});

/** As they end, which is not the order in which they were sent. */
const samples = [
  sample(10, 'v1'),
  sample(50, 'v2', 'status 500'),
  sample(30, 'v2', null, 800),
  sample(40, 'v2'),
  sample(60, 'v1', 'status 500'),
  sample(70, null, 'connection ECONNRESET'),
];

describe('harm', () => {
  it('is the failed and the slow requests of a version, over the time that it had any', () => {
    expect(harmOf(samples, 'v2')).toEqual({ requests: 3, hurt: 2, span: 20 });
    expect(harmOf(samples, 'v3')).toEqual({ requests: 0, hurt: 0, span: null });
  });

  it('of others is told apart from it', () => {
    expect(hurtElsewhere(samples, 'v2')).toBe(2);
    expect(failuresOf(samples)).toBe(3);
  });

  it('ends with the last request that was sent, not with the last that ended', () => {
    expect(lastRequest(samples, 'v2')).toBe(50);
    expect(lastRequest([], 'v2')).toBeNull();
  });
});
