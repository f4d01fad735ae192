import { describe, expect, it, jest } from '@jest/globals';
import { json, type Call } from '../../../lab/bookinfo/http.ts';
import { withFaults } from '../../../lab/bookinfo/inject-fault.ts';
import type { Fault } from '../../../lab/faults/fault.ts';

const call = (path: string): Call => ({ method: 'GET', path, headers: {}, body: () => Promise.resolve('') });

function createFaulty(fault: Fault, random = 0.5) {
  const crash = jest.fn();
  const handler = withFaults(
    () => json(200, {}),
    () => fault,
    { random: () => random, crash },
  );
  return { crash, get: async (path = '/reviews/0') => (await handler(call(path))).status };
}

describe('withFaults', () => {
  it('answers the given share of requests with 500', async () => {
    expect(await createFaulty({ error: 0.5 }, 0.49).get()).toBe(500);
    expect(await createFaulty({ error: 0.5 }, 0.5).get()).toBe(200);
    expect(await createFaulty({ error: 1 }, 0.999).get()).toBe(500);
    expect(await createFaulty({ error: 0 }, 0).get()).toBe(200);
    expect(await createFaulty({}, 0).get()).toBe(200);
  });

  it('answers late', async () => {
    const started = performance.now();
    expect(await createFaulty({ latencyMs: 60 }).get()).toBe(200);
    expect(performance.now() - started).toBeGreaterThanOrEqual(58);
  });

  it('crashes at a request', async () => {
    const faulty = createFaulty({ crash: true });
    await faulty.get();
    expect(faulty.crash).toHaveBeenCalledTimes(1);
  });

  it('never touches health', async () => {
    const faulty = createFaulty({ error: 1, latencyMs: 10_000, crash: true });
    expect(await faulty.get('/health')).toBe(200);
    expect(faulty.crash).not.toHaveBeenCalled();
  });
});
