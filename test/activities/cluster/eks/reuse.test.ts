import { describe, expect, it } from '@jest/globals';
import { DescribeNodegroupCommand, UpdateNodegroupVersionCommand } from '@aws-sdk/client-eks';
import { DeleteStackCommand, UpdateTerminationProtectionCommand } from '@aws-sdk/client-cloudformation';
import type { GivenNodeGroup } from '../../../../domain/spec/schema/node-group.ts';
import { type Account, newCluster, useAccounts } from './account.ts';

const account = useAccounts();

const spec = (nodeGroup?: GivenNodeGroup, version: string | null = null) =>
  newCluster({ version, managedNodeGroups: nodeGroup === undefined ? [] : [nodeGroup] });

/** What EKS says of a node group. */
async function groupOf(one: Account, nodegroupName = 'workers') {
  const { nodegroup } = await one.aws.eks.send(
    new DescribeNodegroupCommand({ clusterName: 'ekslab', nodegroupName }),
  );
  return nodegroup;
}

const changesOf = (one: Account) =>
  one
    .calls()
    .map(({ action }) => action)
    .filter((action) => /^(Create|Update|Delete)/.test(action));

/** Deletes the stack of the node group as a person would. */
async function deleteNodes(one: Account): Promise<void> {
  const StackName = 'eksctl-ekslab-nodegroup-workers';
  const { cloudFormation } = one.aws;
  await cloudFormation.send(
    new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: false }),
  );
  await cloudFormation.send(new DeleteStackCommand({ StackName }));
}

describe('a cluster of an earlier run', () => {
  it('is compared with what the spec says of it, and with nothing else', async () => {
    const one = account();
    await one.ensure();
    const before = changesOf(one);
    await expect(one.ensure(spec(), 'run-2')).resolves.toMatchObject({ created: false });
    await expect(one.ensure(spec({ name: 'workers', maxSize: 4 }), 'run-3')).resolves.toBeDefined();
    expect(changesOf(one)).toEqual(before);
    expect(await one.plan(spec())).toMatchObject({ action: 'use', changes: [], differences: [] });
  });

  it('gets the size that the spec says, as the plan has it', async () => {
    const one = account();
    await one.ensure();
    const larger = spec({ desiredCapacity: 6 });
    const plan = await one.plan(larger);
    expect(plan.changes).toEqual(['node group workers: size 2 (1 to 4) becomes 6 (1 to 6)']);
    expect((await groupOf(one))?.scalingConfig?.desiredSize).toBe(2);

    await one.ensure(larger, 'run-2');
    expect((await groupOf(one))?.scalingConfig).toEqual({ minSize: 1, desiredSize: 6, maxSize: 6 });
    expect((await one.plan(larger)).changes).toEqual([]);
  });

  it('has its nodes upgraded to the version that the spec names and its control plane has', async () => {
    const one = account();
    await one.ensure();
    const older = { clusterName: 'ekslab', nodegroupName: 'workers', version: '1.34' };
    await one.aws.eks.send(new UpdateNodegroupVersionCommand(older));
    await one.ensure(spec(), 'run-2');
    expect((await groupOf(one))?.version).toBe('1.34');

    const named = spec({}, '1.35');
    expect((await one.plan(named)).changes).toEqual([
      'node group workers: Kubernetes 1.34 becomes 1.35, node by node',
    ]);
    await one.ensure(named, 'run-3');
    expect((await groupOf(one))?.version).toBe('1.35');
  });

  it('keeps what EKS cannot change, and the plan says so', async () => {
    const one = account();
    await one.ensure();
    const other = spec({ instanceType: 'm5.large', volumeSize: 200 });
    expect((await one.plan(other)).differences).toEqual([
      'node group workers: its nodes are c5.large, the spec says m5.large',
      'node group workers: its volumes have 80 GiB, the spec says 200',
    ]);
    const before = changesOf(one);
    await expect(one.ensure(other, 'run-2')).resolves.toMatchObject({ created: false });
    expect(changesOf(one)).toEqual(before);
  });

  it('whose nodes are of another group is used, and the plan names that group', async () => {
    const one = account();
    await one.ensure(spec({ name: 'blue' }));
    expect((await one.plan(spec({ name: 'green' }))).differences).toEqual([
      'node group green: the cluster has no managed node group green; it has blue',
    ]);
    await expect(one.ensure(spec({ name: 'green' }), 'run-2')).resolves.toMatchObject({ created: false });
    expect((await one.inventory()).inCluster).not.toContain('ekslab/green');
  });

  it('whose version the spec does not name is used as it is', async () => {
    const one = account();
    await one.ensure(newCluster({ version: '1.34' }));
    await expect(one.ensure(spec(), 'run-2')).resolves.toMatchObject({ created: false });
    await expect(one.ensure(spec({}, '1.35'), 'run-2')).rejects.toMatchObject({
      type: 'InvalidTarget',
      message: expect.stringContaining('is there with Kubernetes 1.34, the spec asks for 1.35'),
    });
  });

  it('that ended before there were nodes gets them, and stays the other run’s', async () => {
    const one = account();
    await one.wish({ failCreate: { ManagedNodeGroup: 'no capacity' } });
    await expect(one.ensure()).rejects.toThrow('no capacity');
    await one.wish({});
    const plan = await one.plan();
    expect(plan.creates.map(({ name }) => name)).toEqual(['eksctl-ekslab-nodegroup-workers']);

    await expect(one.ensure(newCluster(), 'run-2')).resolves.toMatchObject({ created: false });
    expect((await one.inventory()).inCluster).toContain('ekslab/workers');
  });

  it('whose nodes a person removed gets those of the spec; a failure takes only these back', async () => {
    const one = account();
    await one.ensure();
    await deleteNodes(one);
    const nodeless = await one.inventory();
    await one.wish({ failCreate: { ManagedNodeGroup: 'no capacity' } });
    await expect(one.ensure(newCluster(), 'run-2')).rejects.toThrow('no capacity');
    await expect(one.abandon(newCluster(), 'run-2')).resolves.toEqual(['eksctl-ekslab-nodegroup-workers']);
    expect(await one.inventory()).toEqual(nodeless);
  });

  it('whose update EKS cannot carry out ends the step, with its reason', async () => {
    const one = account();
    await one.ensure();
    await one.wish({ failUpdate: 'no room in the subnets' });
    await expect(one.ensure(spec({ desiredCapacity: 3 }), 'run-2')).rejects.toMatchObject({
      type: 'CreationFailed',
      message: expect.stringContaining('NodeCreationFailure: no room in the subnets'),
    });
  });
});

describe('what an earlier run left unfinished', () => {
  it('is named with the command that removes it, and nothing healthy ever is', async () => {
    const one = account();
    await one.wish({ failCreate: { ControlPlane: 'no zone' } });
    await expect(one.ensure()).rejects.toThrow('no zone');
    await expect(one.ensure(newCluster(), 'run-2')).rejects.toMatchObject({
      type: 'InvalidTarget',
      message: expect.stringMatching(
        /unfinished \(stack eksctl-ekslab-cluster is ROLLBACK_COMPLETE\); `npx sluice teardown --cluster ekslab --region us-west-1` removes it/,
      ),
    });
  });
});
