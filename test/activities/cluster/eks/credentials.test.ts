import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { ApplicationFailure } from '@temporalio/activity';
import { apiFailure } from '../../../../activities/kubernetes/failure.ts';
import { type Account, newCluster, useAccounts } from './account.ts';

jest.setTimeout(300_000);

const account = useAccounts();

/** Calls that AWS refuses before the credentials are renewed. */
const refusals = 2;

/** Credentials end after a call, counted from now, and come back after some refusals. */
function endAfter(
  one: Account,
  index: number,
  times = refusals,
): { refused: () => number; renew: () => void } {
  const from = one.calls().length;
  let refused = 0;
  const renew = one.rule((call) => {
    if (call.index <= from + index || refused >= times) return null;
    refused += 1;
    const name = call.service === 'eks' ? 'ExpiredTokenException' : 'ExpiredToken';
    return {
      kind: 'error',
      name,
      message: 'The security token included in the request is expired',
      status: 403,
    };
  });
  return { refused: () => refused, renew };
}

/** How many calls something takes, and the number of the first one that changes something. */
async function callsOf(
  one: Account,
  act: () => Promise<unknown>,
): Promise<{ all: number; firstChange: number }> {
  const from = one.calls().length;
  await act();
  const calls = one.calls().slice(from);
  return {
    all: calls.length,
    firstChange: calls.findIndex(({ action }) => /^(Create|Delete|Update)/.test(action)) + 1,
  };
}

async function failureOf(act: () => Promise<unknown>): Promise<ApplicationFailure | null> {
  return await act().then(
    () => null,
    (error: unknown) => error as ApplicationFailure,
  );
}

describe('credentials that end during a creation', () => {
  it('are waited for once something was changed, after whichever call; before that nothing was', async () => {
    const whole = account();
    const { all, firstChange } = await callsOf(whole, () => whole.ensure());
    expect([firstChange > 5, all > 15]).toEqual([true, true]);
    for (let index = 0; index < all; index += 1) {
      const one = account();
      const before = await one.inventory();
      const { refused, renew } = endAfter(one, index);
      const failure = await failureOf(() => one.ensure());
      const { clusters, stacks, inCluster } = await one.inventory();
      const made = [clusters?.length, stacks?.length, inCluster?.length];
      expect([failure?.type, refused() >= 1, ...made]).toEqual(
        index + 1 < firstChange ? ['NoCredentials', true, 0, 0, 0] : [undefined, true, 1, 2, 5],
      );
      renew();
      await one.remove();
      expect(await one.inventory()).toEqual(before);
    }
  });

  it('say what to do and until when', async () => {
    const whole = account();
    const { firstChange } = await callsOf(whole, () => whole.ensure());
    const one = account();
    endAfter(one, firstChange, 3);
    await one.ensure();
    expect(one.heartbeats).toContainEqual(
      expect.stringMatching(
        /^waiting until \d\d:\d\d:\d\dZ for AWS credentials: cannot .*: ExpiredToken: .*; renew the AWS credentials of the worker: .*`aws sts get-caller-identity`/,
      ),
    );
  });

  it('are waited for from the start where an earlier attempt may have made something', async () => {
    const one = account();
    const { refused } = endAfter(one, 0);
    await expect(one.ensure(newCluster(), 'run-1', 2)).resolves.toMatchObject({ created: true });
    expect(refused()).toBe(refusals);
  });

  it('are not waited for by a plan', async () => {
    const one = account();
    endAfter(one, 2, 1);
    await expect(one.plan()).rejects.toMatchObject({ type: 'NoCredentials' });
  });

  it('end the tokens that they signed: another one is made', async () => {
    const one = account();
    const answers = one.cluster.version.bind(one.cluster);
    const unknown = apiFailure('read the version', {
      code: 401,
      reason: '',
      message: 'Unauthorized',
      causes: [],
    });
    jest.spyOn(one.cluster, 'version').mockRejectedValueOnce(unknown).mockImplementation(answers);
    await expect(one.ensure()).resolves.toMatchObject({ created: true });
    expect(one.calls().filter(({ action }) => action === 'GetCallerIdentity')).toHaveLength(2);
  });
});

describe('credentials that end during a removal', () => {
  it('are waited for, after whichever call: one try leaves nothing', async () => {
    const whole = account();
    await whole.ensure();
    const { all } = await callsOf(whole, () => whole.remove());
    for (let index = 1; index < all; index += 1) {
      const one = account();
      const before = await one.inventory();
      await one.ensure();
      const { refused } = endAfter(one, index);
      await expect(one.remove()).resolves.toEqual({ removed: true });
      expect(refused()).toBe(refusals);
      expect(await one.inventory()).toEqual(before);
    }
  });

  it('that were none from the start end a teardown at once, and not an undo', async () => {
    const one = account();
    const before = await one.inventory();
    await one.wish({ failCreate: { ManagedNodeGroup: 'no capacity' } });
    await expect(one.ensure()).rejects.toThrow('no capacity');
    endAfter(one, 0, 1);
    await expect(one.remove()).rejects.toMatchObject({
      type: 'NoCredentials',
      message: expect.stringMatching(
        /`aws sts get-caller-identity` there tries them\); nothing was changed$/,
      ),
    });
    endAfter(one, 0);
    await expect(one.abandon()).resolves.toHaveLength(2);
    expect(await one.inventory()).toEqual(before);
  });
});

describe('credentials that do not come back', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  /** Every refusal takes half an hour. */
  function hurry(one: Account, index: number): () => void {
    const now = performance.now.bind(performance);
    let offset = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => now() + offset);
    const from = one.calls().length;
    return one.rule((call) => {
      if (call.index <= from + index) return null;
      offset += 30 * 60_000;
      return { kind: 'error', name: 'ExpiredToken', message: 'it is expired', status: 403 };
    });
  }

  const command = '`npx sluice teardown --cluster ekslab --region us-west-1` removes it';

  it('end the creation after an hour, with the command that removes what there is', async () => {
    const whole = account();
    const { firstChange } = await callsOf(whole, () => whole.ensure());
    const one = account();
    const before = await one.inventory();
    const renew = hurry(one, firstChange);
    await expect(one.ensure()).rejects.toMatchObject({
      type: 'AccessDenied',
      nonRetryable: true,
      message: expect.stringContaining(`what was created is not known, ${command}`),
    });
    renew();
    await one.abandon();
    expect(await one.inventory()).toEqual(before);
  });

  it('end the undo after an hour, with what is still there and the command', async () => {
    const one = account();
    await one.ensure();
    hurry(one, 4);
    await expect(one.remove()).rejects.toMatchObject({
      type: 'AccessDenied',
      message: expect.stringContaining(
        `still there: eksctl-ekslab-nodegroup-workers, eksctl-ekslab-cluster; ${command}`,
      ),
    });
  });
});
