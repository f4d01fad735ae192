import { delimiter, dirname, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { request } from 'undici';
import { stringify } from 'yaml';
import type { Created, RolloutResult } from '../../domain/rollout.ts';
import { ensureTool } from '../../lab/toolchain/ensure.ts';
import { inventory, settledInventory } from './fixtures/inventory.ts';
import { Lab } from './fixtures/lab.ts';
import { changedCopy, Rollout, writeSpec } from './fixtures/rollout.ts';

jest.setTimeout(60 * 60_000);

const fixtures = resolve('test/e2e/fixtures/application');

describe("a user's own application", () => {
  let lab: Lab;
  let kubeconfig: string;
  let before: string[];
  const rollouts: { id: string; result: RolloutResult }[] = [];

  beforeAll(async () => {
    const tools = [await ensureTool('kustomize'), await ensureTool('helm')].map((path) => dirname(path));
    lab = await Lab.up('application', { PATH: [...tools, process.env.PATH].join(delimiter) });
    // A cluster that is there already is not the rollout's to remove.
    kubeconfig = (await lab.describe('--only', 'cluster')).kubeconfig ?? '';
    before = await settledInventory(kubeconfig);
  });

  afterAll(async () => {
    await lab.down();
  });

  it('of manifests is brought up, checked and delivered: the example', async () => {
    const { addresses, created } = await deliver('shop', 'reviews', await exampleSpec());
    expect(Object.keys(addresses)).toEqual(['shop']);
    const { statusCode } = await request(addresses.shop ?? '', { headers: { host: 'shop.example' } });
    expect(statusCode).toBe(200);
    expect(named(created)).toEqual(
      expect.arrayContaining([
        'ServiceAccount shop/bookinfo-ratings',
        'Deployment shop/reviews-v2',
        'Gateway shop/bookinfo-gateway',
      ]),
    );
  });

  it('of a kustomization too, and a Job checks it', async () => {
    const { created } = await deliver(
      'kustomized',
      'details',
      await ownSpec('kustomized', { kustomization: `${fixtures}/kustomization` }, [ofPod, ofJob('exit 0')]),
    );
    expect(named(created)).toContainEqual(expect.stringMatching(/^ConfigMap kustomized\/settings-\w+$/));
    const [service] = (await core().listNamespacedService({ namespace: 'kustomized' })).items;
    expect(service?.metadata?.labels).toMatchObject({ 'made-with': 'kustomize' });
  });

  it('of a Helm chart too, with kinds and namespaces of its own', async () => {
    const chart = {
      path: `${fixtures}/chart`,
      releaseName: 'spring',
      valuesFiles: [`${fixtures}/lab-values.yaml`],
      values: { tag: '1.20.3' },
    };
    const { created } = await deliver('charted', 'details', await ownSpec('charted', { chart }, [ofPod]));
    expect(named(created).slice(0, 3)).toEqual([
      'CustomResourceDefinition books.shop.example',
      'Namespace shop-data',
      'ConfigMap charted/made-by-a-hook',
    ]);
    expect(named(created)).toEqual(
      expect.arrayContaining([
        'Book charted/errors',
        'ConfigMap shop-data/catalogue',
        'ClusterRole shop-reader',
      ]),
    );
    expect(named(created).join()).not.toContain('made-for-a-test');
    const pods = await core().listNamespacedPod({ namespace: 'charted' });
    expect(pods.items.map(({ spec }) => spec?.containers.map(({ name }) => name).sort())).toEqual([
      ['details'],
      ['ratings'],
    ]);
  });

  it('whose Job fails is told so, and is removed where the spec says it', async () => {
    const spec = await ownSpec('failing', { kustomization: `${fixtures}/kustomization` }, [ofJob('exit 3')], {
      onFailure: 'remove',
    });
    const rollout = await Rollout.start(lab, spec, idOf('failing', 'details'));
    const { exitCode, result } = await rollout.end();
    expect(exitCode).toBe(1);
    expect(result.reason).toMatch(/^check migration: Job failing\/sluice-migration-\w+ failed: exit code 3$/);
    expect(result.undone.map(({ name, outcome }) => `${name} ${outcome}`)).toContain('application done');
  });

  it('is all gone after the teardowns', async () => {
    for (const { id, result } of rollouts.reverse()) {
      const dryRun = await lab.sluice('teardown', id, '--dry-run');
      for (const name of named(result.created)) expect(dryRun.stdout).toContain(name);
      const { stdout, exitCode } = await lab.sluice('teardown', id, '-o', 'json');
      const { undone } = JSON.parse(stdout) as { undone: { outcome: string }[] };
      expect(undone).not.toContainEqual(expect.objectContaining({ outcome: 'failed' }));
      expect(exitCode).toBe(0);
    }
    expect(await inventory(kubeconfig)).toEqual(before);
  });

  async function deliver(namespace: string, host: string, spec: string): Promise<RolloutResult> {
    const id = idOf(namespace, host);
    const { exitCode, result } = await (await Rollout.start(lab, spec, id)).end();
    expect(result).toMatchObject({ outcome: 'Promoted' });
    expect(exitCode).toBe(0);
    rollouts.push({ id, result });
    return result;
  }

  function idOf(namespace: string, host: string): string {
    return `rollout/${lab.name}/${namespace}/${host}`;
  }

  function exampleSpec(): Promise<string> {
    return changedCopy(lab, 'examples/own-manifests-lab.yaml', [
      [['spec', 'cluster', 'name'], lab.name],
      [
        ['spec', 'application', 'manifests'],
        ['bookinfo', 'gateway'].map((name) => resolve(`examples/own-manifests/${name}.yaml`)),
      ],
      // Nobody calls: there is nothing to judge.
      [['spec', 'gates'], []],
      ...[0, 1, 2].map((stage) => [['spec', 'stages', stage, 'hold'], '1s'] as const),
    ]);
  }

  const ofPod = {
    name: 'details-of-a-book',
    exec: { pod: { app: 'ratings' }, command: ['curl', '-sS', 'details:9080/details/0'], stdout: '"author"' },
  };

  function ofJob(script: string): object {
    return { name: 'migration', job: { image: 'busybox:1', command: ['sh', '-c', script], timeout: '1m' } };
  }

  function ownSpec(
    namespace: string,
    source: object,
    checks: readonly object[],
    more: object = {},
  ): Promise<string> {
    return writeSpec(
      lab,
      stringify({
        apiVersion: 'sluice.dev/v1alpha1',
        kind: 'Rollout',
        metadata: { name: namespace },
        spec: {
          cluster: { provider: 'lab', name: lab.name },
          namespace,
          application: { ...source, checks },
          services: [{ host: 'details', subsets: [{ name: 'v1', labels: { version: 'v1' } }] }],
          stages: [{ name: 'all', weights: { details: { v1: 100 } }, hold: '1s' }],
          ...more,
        },
      }),
    );
  }

  function core(): CoreV1Api {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    return config.makeApiClient(CoreV1Api);
  }
});

function named({ objects }: Created): string[] {
  return objects.map(
    ({ kind, namespace, name }) => `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`,
  );
}
