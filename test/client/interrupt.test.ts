import { describe, expect, it } from '@jest/globals';
import { untilInterrupted } from '../../client/interrupt.ts';

const never = () => new Promise<never>(() => undefined);

describe('waiting until interrupted', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('ends with %s', async (signal) => {
    const waiting = untilInterrupted(never());
    process.emit(signal, signal);
    expect(await waiting).toEqual({ interrupted: signal });
  });

  it('gives what the act gives, and leaves no listener behind', async () => {
    const before = process.listenerCount('SIGINT');
    expect(await untilInterrupted(Promise.resolve(7))).toBe(7);
    await expect(untilInterrupted(Promise.reject(new Error('boom')))).rejects.toThrow('boom');
    expect(process.listenerCount('SIGINT')).toBe(before);
  });
});
