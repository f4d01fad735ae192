import { describe, expect, it } from '@jest/globals';
import type { ApplicationFailure } from '@temporalio/activity';
import type { Fault } from '../../../support/aws/proxy.ts';
import { type Account, useAccounts } from './account.ts';

const account = useAccounts();

/** Does something to the n-th call of an account, and to its repetitions by the SDK when `always`. */
function atCall(one: Account, index: number, fault: Fault): void {
  one.rule((call) => (call.index === index ? fault : null));
}

/** The calls that making a cluster takes, in order. */
async function callsOfCreation(): Promise<readonly string[]> {
  const one = account();
  await one.ensure();
  return one.calls().map(({ action }) => action);
}

describe('a call of AWS', () => {
  it.each<[string, Fault]>([
    ['that never arrives', { kind: 'lost' }],
    ['whose answer is lost', { kind: 'answer-lost' }],
    ['that is throttled', { kind: 'error', name: 'ThrottlingException', message: 'Rate exceeded' }],
    ['that the service fails', { kind: 'error', name: 'InternalFailure', status: 500 }],
  ])(
    '%s changes nothing about the cluster that comes out',
    async (_words, fault) => {
      const calls = await callsOfCreation();
      expect(calls.length).toBeGreaterThan(15);
      for (const index of calls.keys()) {
        const one = account();
        const before = await one.inventory();
        atCall(one, index + 1, fault);
        await one.ensure();
        const { clusters, stacks, inCluster, vpcs } = await one.inventory();
        expect([clusters?.length, stacks?.length, inCluster?.length, vpcs?.length]).toEqual([
          1,
          2,
          5,
          (before.vpcs?.length ?? 0) + 1,
        ]);
        await one.remove();
        expect(await one.inventory()).toEqual(before);
      }
    },
    300_000,
  );

  it('that is denied ends the creation, whichever it is, and what was made goes', async () => {
    const calls = await callsOfCreation();
    for (const [index, action] of calls.entries()) {
      const one = account();
      const before = await one.inventory();
      atCall(one, index + 1, {
        kind: 'error',
        name: 'AccessDenied',
        message: `may not ${action}`,
        status: 403,
      });
      const failure = await one.ensure().then(
        () => null,
        (error: unknown) => error as ApplicationFailure,
      );
      expect(failure).toMatchObject({ type: 'AccessDenied', nonRetryable: true });
      expect(failure?.message).toContain(`AccessDenied: may not ${action}`);
      await one.abandon();
      expect(await one.inventory()).toEqual(before);
    }
  }, 300_000);
});
