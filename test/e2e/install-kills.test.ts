import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppsV1Api, KubeConfig } from '@kubernetes/client-node';
import { seededRandom } from '../../bench/gates/random.ts';
import { inventory, settledInventory } from './fixtures/inventory.ts';
import { killProcesses, processesNaming } from './fixtures/leftovers.ts';
import { Lab } from './fixtures/lab.ts';
import { bookinfo, Rollout } from './fixtures/rollout.ts';

jest.setTimeout(90 * 60_000);

/** How often an install is killed; `npm run test:install-kills` does so twenty times. */
const kills = Number(process.env.SLUICE_INSTALL_KILLS ?? 3);
const random = seededRandom(process.env.SLUICE_SEED ?? 'sluice');

/** Longer than an install takes, so that some are killed when it is all but over. */
const longestInstall = 6_000;

/** Who is killed: with the worker alone, its istioctl goes on beside that of the next attempt. */
const victims = ['istioctl', 'worker', 'worker and istioctl'] as const;

/** The first step at which nothing is made that an abort could interrupt. */
const pastMesh = 'waiting for the workloads';

interface Kill {
  readonly round: number;
  readonly victim: (typeof victims)[number];
  /** Milliseconds after istioctl was seen. */
  readonly after: number;
}

const plan: Kill[] = Array.from({ length: kills }, (_, round) => ({
  round,
  victim: victims[round % victims.length] ?? 'istioctl',
  after: Math.floor(random() * longestInstall),
}));

describe('an install of Istio that is killed', () => {
  let lab: Lab;
  let kubeconfig: string;
  let before: string[];

  beforeAll(async () => {
    lab = await Lab.up('install-kills');
    kubeconfig = (await lab.describe('--only', 'cluster')).kubeconfig ?? '';
    before = await settledInventory(kubeconfig);
  });

  afterAll(async () => {
    await lab.down();
  });

  it.each(plan)('ends Available at the next attempt: $round, $victim after $after ms', async (planned) => {
    const rollout = await Rollout.start(lab, await bookinfo(lab, '1m', [[['spec', 'onFailure'], 'remove']]));
    const command = ['install', '--skip-confirmation', kubeconfig] as const;
    while ((await processesNaming(...command)).length === 0) await sleep(50);
    await sleep(planned.after);
    if (planned.victim !== 'istioctl') await lab.killWorker();
    if (planned.victim !== 'worker') await killProcesses(...command);
    if (planned.victim !== 'istioctl') lab.startWorker();

    const { warnings } = await rollout.until('past the mesh', ({ step }) => step === pastMesh);
    expect(warnings).toEqual([]);
    expect(await deployments()).toEqual(['istio-egressgateway 1', 'istio-ingressgateway 1', 'istiod 1']);

    await lab.sluice('abort', rollout.id, '--reason', 'the mesh is all this needs');
    const { result } = await rollout.end();
    expect(result.undone).toContainEqual({ name: 'mesh', outcome: 'done', reason: 'removed' });
    expect(result.undone.filter(({ outcome }) => outcome !== 'done')).toEqual([]);
    expect(await inventory(kubeconfig)).toEqual(before);
  });

  /** Each with how many of its pods are available. */
  async function deployments(): Promise<string[]> {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    const apps = config.makeApiClient(AppsV1Api);
    const { items } = await apps.listNamespacedDeployment({ namespace: 'istio-system' });
    return items
      .map(({ metadata, status }) => `${metadata?.name ?? ''} ${status?.availableReplicas ?? 0}`)
      .sort();
  }
});
