/** An account of the emulator, as the activities of a test see it. */
import { afterAll, beforeAll } from '@jest/globals';
import { AllocateAddressCommand } from '@aws-sdk/client-ec2';
import { type Activities, createActivities } from '../../../../activities/index.ts';
import type { AwsClients } from '../../../../activities/aws/clients.ts';
import type { ClusterPlan } from '../../../../domain/plan.ts';
import type { ClusterConnection } from '../../../../domain/rollout.ts';
import type { EksClusterSpec } from '../../../../domain/spec/document.ts';
import type { AwsCall } from '../../../support/aws/call.ts';
import { type Emulator, newAccount, startEmulator, type Wishes } from '../../../support/aws/emulator.ts';
import { clientsOf, type Inventory, inventory } from '../../../support/aws/inventory.ts';
import { type Proxy, type Rule, startProxy } from '../../../support/aws/proxy.ts';
import { toolTimeout } from '../../../support/tools.ts';
import { activityEnvironment } from '../../support/activity.ts';
import { FakeCluster } from '../../support/fake-cluster.ts';

export const region = 'us-west-1';

/** A cluster to make, as a spec gives it. */
export function newCluster(
  change: Partial<Extract<EksClusterSpec, { existing: false }>> = {},
): EksClusterSpec {
  return {
    provider: 'eks',
    name: 'ekslab',
    region: null,
    profile: null,
    kubeconfig: null,
    existing: false,
    version: '1.35',
    managedNodeGroups: [],
    config: {},
    ...change,
  };
}

/** One emulator for all tests of a file, and an account for whoever asks. */
export function useAccounts(): () => Account {
  let emulator: Emulator;
  let proxy: Proxy;
  beforeAll(async () => {
    emulator = await startEmulator();
    proxy = await startProxy(emulator.endpoint);
  }, toolTimeout);
  afterAll(async () => {
    await proxy.end();
    await emulator.end();
  });
  return () => new Account(emulator, proxy);
}

type Info = NonNullable<Parameters<typeof activityEnvironment>[1]>;

export class Account {
  readonly id = newAccount();
  /** The Kubernetes of its clusters. */
  readonly cluster = new FakeCluster();
  /** Straight to the emulator: what a test looks at is no call of the activities. */
  readonly aws: AwsClients;
  readonly heartbeats: unknown[] = [];
  /** Runs that are open. */
  readonly open = new Set<string>();
  /** Ids of rollouts that are open, by the cluster as their specs name it. */
  readonly rollouts = new Map<string, string>();
  private readonly activities: Activities;
  private readonly emulator: Emulator;
  private readonly proxy: Proxy;

  constructor(emulator: Emulator, proxy: Proxy) {
    this.emulator = emulator;
    this.proxy = proxy;
    this.aws = clientsOf(emulator.endpoint, this.id, region);
    const throughProxy = clientsOf(proxy.endpoint, this.id, region);
    this.activities = createActivities({
      labCommand: [],
      isOpen: (_workflowId, runId) => Promise.resolve(this.open.has(runId)),
      openRollouts: (names) => Promise.resolve(names.flatMap((name) => this.rollouts.get(name) ?? [])),
      draining: new AbortController().signal,
      clients: () => this.cluster,
      aws: () => throughProxy,
    });
  }

  /** Plans as the client asks for it: in a run of its own. */
  async plan(spec: EksClusterSpec = newCluster()): Promise<ClusterPlan> {
    return await this.run('plan-1', () => this.activities.planCluster({ cluster: spec }));
  }

  async ensure(
    spec: EksClusterSpec = newCluster(),
    runId = 'run-1',
    attempt = 1,
  ): Promise<ClusterConnection> {
    return await this.run(runId, () => this.activities.ensureCluster({ cluster: spec }), { attempt });
  }

  async abandon(spec: EksClusterSpec = newCluster(), runId = 'run-1'): Promise<string[]> {
    return await this.run(runId, () => this.activities.abandonCluster({ cluster: spec }));
  }

  /** Removes a cluster as a teardown does: in another run. */
  async remove(name = 'ekslab'): Promise<{ removed: boolean }> {
    const connection: ClusterConnection = {
      provider: 'eks',
      name,
      kubeconfig: null,
      context: null,
      created: true,
      prometheus: null,
      istio: null,
      eks: { region, profile: null },
    };
    return await this.run('teardown-1', () => this.activities.deleteCluster({ connection }), {
      workflowType: 'teardown',
    });
  }

  /** Takes every elastic IP that the account may have. */
  async fillAddresses(): Promise<void> {
    for (let count = 0; count < 5; count += 1)
      await this.aws.ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
  }

  async inventory(): Promise<Inventory> {
    return await inventory(this.aws);
  }

  async wish(wishes: Wishes): Promise<void> {
    await this.emulator.wish(this.id, wishes);
  }

  /** A rule for the calls of this account. */
  rule(rule: Rule): () => void {
    return this.proxy.rule((call) => (call.account === this.id ? rule(call) : null));
  }

  calls(): readonly AwsCall[] {
    return this.proxy.calls(this.id);
  }

  private async run<T>(runId: string, act: () => Promise<T>, info: Info = {}): Promise<T> {
    const { environment, heartbeats } = activityEnvironment(runId, info);
    try {
      return await environment.run(act);
    } finally {
      this.heartbeats.push(...heartbeats);
    }
  }
}
