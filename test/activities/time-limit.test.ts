import { describe, expect, it } from '@jest/globals';
import { Context } from '@temporalio/activity';
import { abortable, timeLimit } from '../../activities/time-limit.ts';
import { activityEnvironment, asActivity } from './support/activity.ts';

describe('a time limit', () => {
  it.each([0.25, 12.75, -3, Number.NaN])('of %d ms aborts, and throws nothing', async (milliseconds) => {
    expect(await aborted(timeLimit(milliseconds))).toBe('TimeoutError');
  });

  it.each([Infinity, 2 ** 40])('of %d ms does not abort at once, as a timer would', async (milliseconds) => {
    const limit = timeLimit(milliseconds);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(limit.aborted).toBe(false);
  });
});

describe('abortable work', () => {
  it('sees the signal where clients look for it, and the work around it does not', async () => {
    await asActivity(async () => {
      const inner = await abortable(AbortSignal.abort(), () =>
        Promise.resolve(Context.current().cancellationSignal),
      );
      expect(inner.aborted).toBe(true);
      expect(Context.current().cancellationSignal.aborted).toBe(false);
    });
  });

  it('is aborted by the cancellation of its activity too', async () => {
    const { environment } = activityEnvironment();
    const working = environment.run(() =>
      abortable(timeLimit(60_000), () => aborted(Context.current().cancellationSignal)),
    );
    environment.cancel();
    expect(await working).toBe('CancelledFailure');
  });
});

async function aborted(signal: AbortSignal): Promise<string> {
  if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  return (signal.reason as Error).name;
}
