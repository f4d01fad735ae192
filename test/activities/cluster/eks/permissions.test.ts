import { describe, expect, it } from '@jest/globals';
import type { Fault } from '../../../support/aws/proxy.ts';
import { type Account, useAccounts } from './account.ts';

const account = useAccounts();

const userArn = 'arn:aws:iam::111122223333:user/ada';

/** Makes the caller somebody other than root. */
function callAs(one: Account, arn: string): void {
  one.rule(({ action }) =>
    action === 'GetCallerIdentity'
      ? { kind: 'answer', change: (text) => text.replace(/<Arn>.*<\/Arn>/, `<Arn>${arn}</Arn>`) }
      : null,
  );
}

interface Decision {
  readonly action: string;
  readonly decision: string;
  readonly missing?: string;
}

/** What IAM's simulation answers. */
function simulate(one: Account, decisions: readonly Decision[]): void {
  const members = decisions.map(
    ({ action, decision, missing }) =>
      `<member><EvalActionName>${action}</EvalActionName><EvalDecision>${decision}</EvalDecision>` +
      `<MissingContextValues>${missing ? `<member>${missing}</member>` : ''}</MissingContextValues></member>`,
  );
  const answer =
    '<SimulatePrincipalPolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><SimulatePrincipalPolicyResult>' +
    `<IsTruncated>false</IsTruncated><EvaluationResults>${members.join('')}</EvaluationResults>` +
    '</SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>';
  one.rule(({ action }) =>
    action === 'SimulatePrincipalPolicy' ? { kind: 'answer', change: () => answer } : null,
  );
}

describe('permissions', () => {
  it('that IAM knows to be missing are named before anything is created', async () => {
    const one = account();
    const before = await one.inventory();
    callAs(one, userArn);
    simulate(one, [
      { action: 'eks:CreateCluster', decision: 'implicitDeny' },
      { action: 'iam:PassRole', decision: 'explicitDeny' },
      { action: 'ec2:CreateVpc', decision: 'allowed' },
    ]);
    await expect(one.ensure()).rejects.toMatchObject({
      type: 'AccessDenied',
      nonRetryable: true,
      message: expect.stringMatching(
        /^access: arn:aws:iam::111122223333:user\/ada may not .*eks:CreateCluster.*iam:PassRole.*deploy\/iam/,
      ),
    });
    expect(await one.inventory()).toEqual(before);
  });

  it.each([
    [
      'that hang on what only the real request knows',
      [{ action: 'iam:PassRole', decision: 'implicitDeny', missing: 'iam:PassedToService' }],
    ],
    ['that are all there', [{ action: 'iam:PassRole', decision: 'allowed' }]],
  ])('%s refuse nobody', async (_words, decisions) => {
    const one = account();
    callAs(one, userArn);
    simulate(one, decisions);
    await expect(one.ensure()).resolves.toMatchObject({ created: true });
    expect(one.calls().some(({ action }) => action === 'SimulatePrincipalPolicy')).toBe(true);
  });

  it.each<[string, Fault]>([
    ['may not be simulated', { kind: 'error', name: 'AccessDenied', status: 403 }],
    ['IAM does not tell', { kind: 'error', name: 'ServiceFailure', status: 500 }],
    ['IAM cannot be asked for', { kind: 'lost' }],
  ])('that %s refuse nobody', async (_words, fault) => {
    const one = account();
    callAs(one, userArn);
    one.rule(({ action }) => (action === 'SimulatePrincipalPolicy' ? fault : null));
    await expect(one.ensure()).resolves.toMatchObject({ created: true });
  });
});
