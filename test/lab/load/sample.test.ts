import { describe, expect, it } from '@jest/globals';
import { countSamples, latencyQuantile, type Sample } from '../../../lab/load/sample.ts';

const sample = (part: Partial<Sample>): Sample => ({
  at: 0,
  latencyMs: 1,
  status: 200,
  version: 'v1',
  error: null,
  ...part,
});

describe('countSamples', () => {
  it('counts each request once: by its version, or by its error', () => {
    const samples = [
      sample({}),
      sample({ version: 'v2' }),
      sample({ version: 'v2' }),
      sample({ version: 'v2', error: 'ratings unavailable' }),
      sample({ version: null, error: 'timeout' }),
      sample({ version: null }),
    ];
    expect(countSamples(samples)).toEqual({
      requests: 6,
      failed: 2,
      byVersion: { v1: 1, v2: 2, unknown: 1 },
      errors: { 'ratings unavailable': 1, timeout: 1 },
    });
  });

  it('counts nothing as nothing', () => {
    expect(countSamples([])).toEqual({ requests: 0, failed: 0, byVersion: {}, errors: {} });
  });
});

describe('latencyQuantile', () => {
  it('is the nearest rank', () => {
    const samples = Array.from({ length: 100 }, (_, index) => sample({ latencyMs: 100 - index }));
    expect(latencyQuantile(samples, 0.5)).toBe(50);
    expect(latencyQuantile(samples, 0.99)).toBe(99);
    expect(latencyQuantile(samples, 1)).toBe(100);
    expect(latencyQuantile(samples.slice(0, 1), 0.01)).toBe(100);
  });

  it('is unknown without requests', () => {
    expect(latencyQuantile([], 0.5)).toBeNull();
  });
});
