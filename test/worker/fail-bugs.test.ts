import { createServer } from 'node:net';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { ApplicationFailure, Context } from '@temporalio/activity';
import { request } from 'undici';
import { activityEnvironment } from '../activities/support/activity.ts';
import { failBugs } from '../../worker/fail-bugs.ts';

async function run(activity: () => Promise<unknown>): Promise<unknown> {
  return await environmentOf(activity)();
}

function environmentOf(activity: () => Promise<unknown>, { environment } = activityEnvironment()) {
  return () =>
    environment.run(async () => {
      if (failBugs.execute === undefined) throw new Error('it intercepts nothing');
      return await failBugs.execute({ args: [], headers: {} }, activity);
    });
}

describe('an activity', () => {
  it.each([
    ['RangeError', () => AbortSignal.timeout(0.5)],
    ['TypeError', () => (undefined as unknown as string).length],
    ['Error', () => Promise.reject(new Error('a case that nobody thought of'))],
    ['SyntaxError', () => JSON.parse('no JSON') as unknown],
  ])('that throws a %s fails for good, as a bug', async (name, act) => {
    await expect(run(async () => await act())).rejects.toMatchObject({
      type: 'Bug',
      nonRetryable: true,
      message: expect.stringMatching(new RegExp(`^bug in .+: ${name}: .+; not retried, report it`)),
    });
  });

  it('that throws something else than an error fails for good, as a bug', async () => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
    const act = () => Promise.reject('text');
    await expect(run(act)).rejects.toMatchObject({ type: 'Bug', nonRetryable: true });
  });

  it('that fails with a failure keeps it', async () => {
    const failure = ApplicationFailure.retryable('the API server is away');
    await expect(run(() => Promise.reject(failure))).rejects.toBe(failure);
  });

  it('that meets an accident of the system is retried', async () => {
    await expect(run(() => readFile('/nonexistent'))).rejects.toMatchObject({ code: 'ENOENT' });
    const port = await closedPort();
    await expect(run(() => request(`http://127.0.0.1:${port}`))).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
    await expect(run(() => fetch(`http://127.0.0.1:${port}`))).rejects.toThrow('fetch failed');
  });

  it('that is cancelled ends by its cancellation, whatever that makes it throw', async () => {
    const given = activityEnvironment();
    const running = environmentOf(async () => {
      await Context.current()
        .sleep(60_000)
        .catch(() => undefined);
      throw new Error('given up');
    }, given)();
    given.environment.cancel();
    await expect(running).rejects.toThrow('given up');
  });
});

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
