import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { CreateClusterCommand } from '@aws-sdk/client-eks';
import { newCluster, useAccounts } from './account.ts';

const account = useAccounts();

describe('the plan of an EKS cluster', () => {
  it('fills in what the spec leaves open', async () => {
    const plan = await account().plan(newCluster({ version: null }));
    expect(plan.cluster).toContain('of Kubernetes 1.35');
    expect(plan.creates[2]?.details).toMatch(/^2 c5\.large \(1 to 4\) with 80 GiB each/);
  });

  it('names what the creation makes, and what is known of its price, and makes nothing', async () => {
    const one = account();
    const before = await one.inventory();
    const plan = await one.plan();

    expect(await one.inventory()).toEqual(before);
    expect(plan.action).toBe('create');
    expect(plan.cluster).toBe(
      `EKS cluster ekslab of Kubernetes 1.35 in us-west-1, account ${one.id}, as arn:aws:iam::${one.id}:root`,
    );
    expect(plan.creates.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'stack eksctl-ekslab-cluster',
      'add-ons vpc-cni, kube-proxy, coredns, metrics-server',
      'stack eksctl-ekslab-nodegroup-workers',
    ]);
    const [cluster, , nodes] = plan.creates;
    expect(cluster?.details).toContain('in us-west-1a, us-west-1c: 1 EC2::VPC,');
    expect(cluster?.details).toContain('1 EKS::Cluster');
    expect(nodes?.details).toMatch(/^2 c5\.large \(1 to 4\) with 80 GiB each: .*1 EKS::Nodegroup/);
    expect(plan.costs[0]).toBe('control plane: $0.10 an hour (Kubernetes 1.35 is in standard support)');

    await one.ensure();
    const { stacks } = await one.inventory();
    const planned = plan.creates.filter(({ kind }) => kind === 'stack').map(({ name }) => name);
    expect(stacks).toEqual(planned);
  });

  it('has the price of extended support for a version that is in it', async () => {
    const one = account();
    one.rule(({ action }) =>
      action === 'DescribeClusterVersions'
        ? {
            kind: 'answer',
            change: () =>
              JSON.stringify({
                clusterVersions: [{ clusterVersion: '1.35', versionStatus: 'EXTENDED_SUPPORT' }],
              }),
          }
        : null,
    );
    expect((await one.plan()).costs[0]).toBe(
      'control plane: $0.60 an hour (Kubernetes 1.35 is in extended support)',
    );
  });

  it('has the price from the end of standard support on, when that is near', async () => {
    const day = 24 * 60 * 60_000;
    const costsWith = async (days: number) => {
      const one = account();
      const ends = new Date(Date.now() + days * day);
      const version = {
        clusterVersion: '1.35',
        versionStatus: 'STANDARD_SUPPORT',
        endOfStandardSupportDate: ends.getTime() / 1_000,
      };
      const change = () => JSON.stringify({ clusterVersions: [version] });
      one.rule(({ action }) => (action === 'DescribeClusterVersions' ? { kind: 'answer', change } : null));
      const { costs } = await one.plan();
      return { second: costs[1], ends: ends.toISOString().slice(0, 10) };
    };
    const near = await costsWith(89);
    expect(near.second).toBe(
      `control plane from ${near.ends}: $0.60 an hour (standard support of Kubernetes 1.35 ends)`,
    );
    expect((await costsWith(91)).second).toMatch(/public IPv4 addresses/);
  });

  it('uses what an earlier rollout made', async () => {
    const one = account();
    await one.ensure();
    const plan = await one.plan();
    expect(plan).toEqual({
      action: 'use',
      cluster: 'EKS cluster ekslab in us-west-1, which an earlier rollout made',
      creates: [],
      changes: [],
      differences: [],
      costs: [],
    });
  });

  it('names the entry of the kubeconfig that is asked for', async () => {
    const kubeconfig = join(tmpdir(), 'ann', 'config');
    const plan = await account().plan(newCluster({ kubeconfig }));
    expect(plan.creates.at(-1)).toMatchObject({ kind: 'kubeconfig entry', name: kubeconfig });
  });

  it('refuses what the rollout would refuse', async () => {
    const one = account();
    const roleArn = `arn:aws:iam::${one.id}:role/eks`;
    const theirs = { name: 'ekslab', version: '1.35', roleArn, resourcesVpcConfig: {} };
    await one.aws.eks.send(new CreateClusterCommand(theirs));
    await expect(one.plan()).rejects.toThrow(/there is an EKS cluster ekslab that has no stack of Sluice/);
    await expect(one.plan(newCluster({ name: 'other', version: '1.21' }))).rejects.toThrow(
      /EKS makes no cluster of Kubernetes 1\.21; it supports/,
    );
    await expect(
      one.plan({
        provider: 'eks',
        name: 'none',
        region: null,
        profile: null,
        kubeconfig: null,
        existing: true,
      }),
    ).rejects.toThrow('there is no EKS cluster none in us-west-1');
  });
});
