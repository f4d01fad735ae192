/** Against AWS itself: costs money, runs only when SLUICE_E2E_AWS=1 says so (CONTRIBUTING.md). */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { dirname } from 'node:path';
import { createClients } from '../../activities/aws/clients.ts';
import { ensureTool } from '../../lab/toolchain/ensure.ts';
import { type Inventory, inventory } from '../support/aws/inventory.ts';
import { Lab } from './fixtures/lab.ts';
import { changedCopy, Rollout } from './fixtures/rollout.ts';

jest.setTimeout(120 * 60_000);

const region = process.env.AWS_REGION ?? 'us-west-1';
const cluster = `sluice-e2e-${process.pid}`;
const id = `rollout/${cluster}.${region}/default/reviews`;

/** What of an account has the cluster's name: others may use it too. */
function ours({ clusters = [], stacks = [] }: Inventory): string[] {
  return [...clusters, ...stacks].filter((name) => name.includes(cluster));
}

describe('the whole runbook on AWS', () => {
  const aws = createClients({ region });
  let lab: Lab;

  beforeAll(async () => {
    const path = `${dirname(await ensureTool('istioctl'))}:${process.env.PATH ?? ''}`;
    lab = await Lab.up('aws', { AWS_REGION: region, PATH: path });
  });

  afterAll(async () => {
    // Whatever failed before: a cluster that is forgotten costs money every hour.
    await lab.sluice('abort', id, '--reason', 'the test is over');
    await lab.sluice('teardown', '--cluster', cluster, '--region', region);
    await lab.down();
  });

  it('ends promoted, and its teardown leaves nothing of that name, and no network more than before', async () => {
    const before = await inventory(aws);
    const holds = [0, 1, 2, 3].map((stage) => [['spec', 'stages', stage, 'hold'], '30s'] as const);
    const spec = await changedCopy(lab, 'examples/bookinfo-eks.yaml', [
      ...holds,
      [['spec', 'cluster', 'name'], cluster],
      [['spec', 'cluster', 'region'], region],
      // Nobody sends traffic here.
      [['spec', 'gates'], []],
      [['spec', 'onFailure'], 'remove'],
    ]);

    const rollout = await Rollout.start(lab, spec, id);
    const { result } = await rollout.end();
    expect(result).toMatchObject({ outcome: 'Promoted', weights: { reviews: { v3: 100 } } });
    expect(ours(await inventory(aws))).toEqual([
      cluster,
      `eksctl-${cluster}-cluster`,
      `eksctl-${cluster}-nodegroup-workers`,
    ]);

    expect(await lab.sluice('teardown', id)).toMatchObject({ exitCode: 0 });
    const after = await inventory(aws);
    expect(ours(after)).toEqual([]);
    expect(after.vpcs).toEqual(before.vpcs);
    expect(after.addresses).toEqual(before.addresses);
    expect(after.loadBalancers).toEqual(before.loadBalancers);
  });
});
