import { ApplicationFailure, Context } from '@temporalio/activity';
import { describe, expect, it } from '@jest/globals';
import { waitUntil, type Look } from '../../../activities/kubernetes/index.ts';
import { activityEnvironment, asActivity } from '../support/activity.ts';

const wait = { until: 'the door is open', timeout: 200, interval: 10 };
const patient = { ...wait, timeout: 60_000 };

/** Gives one look after the other; the last one again and again. */
function looks<T>(...given: (Look<T> | Error)[]): () => Promise<Look<T>> {
  return () => {
    const [next = { missing: 'everything' }] = given.length > 1 ? given.splice(0, 1) : given;
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  };
}

/** What a client does that gets no answer. */
function abortedWith<T>(signal: AbortSignal): Promise<T> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });
}

describe('a wait', () => {
  it('ends with what the first done look gave', async () => {
    await expect(
      asActivity(() => waitUntil(patient, looks<number>({ missing: 'a key' }, { done: 7 }))),
    ).resolves.toBe(7);
  });

  it('looks once even with no time', async () => {
    await expect(
      asActivity(() => waitUntil({ ...wait, timeout: 0 }, looks<number>({ done: 7 }))),
    ).resolves.toBe(7);
  });

  it('fails for good after its deadline, with what was missing last', async () => {
    await expect(
      asActivity(() => waitUntil(wait, looks({ missing: 'a key' }, { missing: 'a hand' }))),
    ).rejects.toMatchObject({
      type: 'DeadlineExceeded',
      nonRetryable: true,
      message: 'timed out after 0 s waiting until the door is open: a hand',
    });
  });

  it('ends at its deadline though a look goes on, which it breaks off', async () => {
    const began = performance.now();
    const hanging = () => abortedWith<Look<number>>(Context.current().cancellationSignal);
    await expect(asActivity(() => waitUntil({ ...wait, timeout: 600 }, hanging))).rejects.toMatchObject({
      type: 'DeadlineExceeded',
      message: expect.stringContaining('no answer in time'),
    });
    expect(performance.now() - began).toBeGreaterThanOrEqual(599);
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  it('keeps what was missing before a last look that the deadline cuts off', async () => {
    let count = 0;
    const look = () => {
      count += 1;
      return count === 1
        ? Promise.resolve<Look<number>>({ missing: 'a key' })
        : abortedWith<Look<number>>(Context.current().cancellationSignal);
    };
    await expect(asActivity(() => waitUntil({ ...wait, timeout: 600 }, look))).rejects.toMatchObject({
      message: 'timed out after 1 s waiting until the door is open: a key',
    });
    expect(count).toBe(2);
  });

  it('goes on through trouble that may pass, and not through what is final', async () => {
    const passing = ApplicationFailure.retryable('the server restarts');
    const final = ApplicationFailure.nonRetryable('no access');
    await expect(asActivity(() => waitUntil(patient, looks<number>(passing, { done: 7 })))).resolves.toBe(7);
    await expect(asActivity(() => waitUntil(wait, looks(final)))).rejects.toBe(final);
  });

  it('heartbeats what is missing at least every two seconds', async () => {
    const { environment, heartbeats } = activityEnvironment();
    const until = { ...wait, timeout: 2_100 };
    await expect(environment.run(() => waitUntil(until, looks({ missing: 'a key' })))).rejects.toThrow();
    expect(heartbeats).toEqual(['the door is open', 'a key', 'a key']);
  });

  it('ends at once when the activity is cancelled', async () => {
    const { environment } = activityEnvironment();
    const waiting = environment.run(() =>
      waitUntil({ ...wait, timeout: 60_000, interval: 60_000 }, looks({ missing: 'a' })),
    );
    setTimeout(() => environment.cancel(), 20);
    await expect(waiting).rejects.toThrow('CANCELLED');
  });
});
