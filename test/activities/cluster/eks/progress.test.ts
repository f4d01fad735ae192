import { describe, expect, it, jest } from '@jest/globals';
import type { AwsCall } from '../../../support/aws/call.ts';
import { type Account, useAccounts } from './account.ts';

jest.setTimeout(60_000);

const account = useAccounts();

/** Changes the first answers to an action, once something has happened. */
function atFirst(
  one: Account,
  { action, after, times }: { action: string; after: string; times: number },
  change: (text: string) => string,
): void {
  let left = times;
  const happened = (call: AwsCall) =>
    one.calls().some((other) => other.action === after && other.index < call.index);
  one.rule((call) => {
    if (call.action !== action || left === 0 || !happened(call)) return null;
    left -= 1;
    return { kind: 'answer', change };
  });
}

describe('a creation that takes its time', () => {
  it('waits for the stack, and says what CloudFormation says of it', async () => {
    const one = account();
    const before = await one.inventory();
    atFirst(one, { action: 'DescribeStacks', after: 'CreateStack', times: 3 }, (text) =>
      text.replaceAll('CREATE_COMPLETE', 'CREATE_IN_PROGRESS'),
    );
    // Longer than the second between two heartbeats.
    one.rule(({ action }) =>
      action === 'DescribeStackEvents' ? { kind: 'delay', milliseconds: 1_200 } : null,
    );
    await one.ensure();
    expect(one.calls().filter(({ action }) => action === 'CreateStack')).toHaveLength(2);
    expect(one.heartbeats).toContainEqual(
      expect.stringMatching(/^stack eksctl-ekslab-cluster: \S+ \(AWS::\S+\) CREATE_COMPLETE/),
    );
    await one.remove();
    expect(await one.inventory()).toEqual(before);
  });

  it('waits for add-ons that have no node yet', async () => {
    const one = account();
    atFirst(one, { action: 'DescribeAddon', after: 'CreateAddon', times: 5 }, (text) =>
      text.replaceAll('"ACTIVE"', '"DEGRADED"'),
    );
    await expect(one.ensure()).resolves.toMatchObject({ created: true });
    expect(one.calls().filter(({ action }) => action === 'DescribeAddon').length).toBeGreaterThanOrEqual(8);
  });

  it('ends when an add-on cannot be created, with its reason', async () => {
    const one = account();
    const issues = [{ code: 'InsufficientNumberOfReplicas', message: 'no node takes it' }];
    atFirst(one, { action: 'DescribeAddon', after: 'CreateAddon', times: 100 }, (text) => {
      const { addon } = JSON.parse(text) as { addon?: object };
      if (addon === undefined) return text;
      return JSON.stringify({ addon: { ...addon, status: 'CREATE_FAILED', health: { issues } } });
    });
    await expect(one.ensure()).rejects.toMatchObject({
      type: 'CreationFailed',
      nonRetryable: true,
      message: expect.stringMatching(
        /^add-on \S+ is CREATE_FAILED: InsufficientNumberOfReplicas: no node takes it; created so far: stack eksctl-ekslab-cluster/,
      ),
    });
  });
});
