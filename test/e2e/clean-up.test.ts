import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { request } from 'undici';
import type { RolloutResult, RolloutStatus } from '../../domain/rollout.ts';
import { standInAnnotation } from '../../lab/node/images/stand-in.ts';
import { inventory, settledInventory } from './fixtures/inventory.ts';
import { Lab } from './fixtures/lab.ts';
import { Opened } from './fixtures/opened.ts';
import { bookinfo, type Changes, Rollout } from './fixtures/rollout.ts';

jest.setTimeout(60 * 60_000);

/** How often all of it is brought up and taken down; `npm run test:teardowns` does so ten times. */
const rounds = Number(process.env.SLUICE_TEARDOWNS ?? 2);

const withAddons: Changes = [[['spec', 'addons'], { expose: ['kiali', 'grafana'] }]];

describe('what a rollout made', () => {
  let lab: Lab;
  let kubeconfig: string;
  let before: string[];

  beforeAll(async () => {
    lab = await Lab.up('clean-up');
    // A cluster that is there already is not the rollout's to remove.
    kubeconfig = (await lab.describe('--only', 'cluster')).kubeconfig ?? '';
    before = await settledInventory(kubeconfig);
  });

  afterAll(async () => {
    await lab.down();
  });

  it.each(Array.from({ length: rounds }, (_, round) => round + 1))(
    'is there, and all of it gone after the teardown: round %i',
    async () => {
      const rollout = await Rollout.start(lab, await bookinfo(lab, '2s', [...withAddons, ...noGates]));
      const { exitCode, result } = await rollout.end();
      expect(exitCode).toBe(0);
      await expectAddons(result, await rollout.status());
      await expectOpened(rollout.id, result);

      const dryRun = await lab.sluice('teardown', rollout.id, '--dry-run', '-o', 'json');
      const { steps } = JSON.parse(dryRun.stdout) as { steps: { name: string }[] };
      expect(steps.map(({ name }) => name)).toEqual(order);
      expect(await inventory(kubeconfig)).not.toEqual(before);

      const { stdout, exitCode: torn } = await lab.sluice('teardown', rollout.id, '-o', 'json');
      const { undone } = JSON.parse(stdout) as { undone: { name: string; outcome: string }[] };
      expect(undone.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual(
        order.map((name) => `${name} done`),
      );
      expect(torn).toBe(0);
      expect(await inventory(kubeconfig)).toEqual(before);
    },
  );

  it('is all gone after one teardown, whichever of its runs made it', async () => {
    const spec = await bookinfo(lab, '2s', noGates);
    const first = await (await Rollout.start(lab, spec)).end();
    expect(first.result.created).toMatchObject({ mesh: true, namespaceLabel: true });
    const again = await Rollout.start(lab, spec);
    const { result } = await again.end();
    expect(result.outcome).toBe('Promoted');
    expect(result.created).toMatchObject({ mesh: false, namespaceLabel: false, objects: [] });

    const { stdout, exitCode } = await lab.sluice('teardown', again.id, '-o', 'json');
    const { undone } = JSON.parse(stdout) as { undone: { name: string; outcome: string }[] };
    expect(undone.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual(
      order.filter((name) => name !== 'add-ons').map((name) => `${name} done`),
    );
    expect(exitCode).toBe(0);
    expect(await inventory(kubeconfig)).toEqual(before);

    const nothing = await lab.sluice('teardown', again.id);
    expect(nothing).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('made nothing') as unknown,
    });
  });

  const order = ['routes', 'subsets', 'application', 'add-ons', 'mesh', 'namespace label'];

  /** Stages that hold for two seconds have nothing to judge. */
  const noGates: Changes = [
    [['spec', 'gates'], [{ name: 'errors', errors: {}, dryRun: true }]],
    [['spec', 'inconclusive'], { timeout: '0s', then: 'pause' }],
  ];

  async function expectAddons({ addresses, created }: RolloutResult, status: RolloutStatus): Promise<void> {
    expect(Object.keys(addresses)).toEqual(['productpage', 'kiali', 'grafana']);
    expect(status.addresses).toEqual(addresses);
    expect(addresses.kiali).toMatch(/:20001\/kiali\/console\/graph\/namespaces\?namespaces=default$/);
    const page = await request(addresses.kiali ?? '');
    expect(await page.body.text()).toContain('this is a stand-in for quay.io/kiali/kiali');
    expect((await request(addresses.grafana ?? '')).statusCode).toBe(200);
    expect(created.addons?.map(({ kind, name }) => `${kind} ${name}`)).toContain('Deployment jaeger');
    await expectStandIns();
  }

  /** Exposed ones are where they are; to others a port is forwarded, through the API server and the node. */
  async function expectOpened(id: string, { addresses, runId }: RolloutResult): Promise<void> {
    const grafana = await lab.sluice('open', 'grafana', '-o', 'json');
    expect(JSON.parse(grafana.stdout)).toEqual({ name: 'grafana', url: addresses.grafana, forwarded: false });

    for (const [name, says] of Object.entries(forwarded)) {
      const opened = await Opened.of(lab, name, id);
      expect(opened.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\//);
      const pages = await Promise.all([1, 2, 3].map(async () => await request(opened.url)));
      for (const page of pages) expect(await page.body.text()).toContain(says);
      expect(await opened.interrupt()).toBe(0);
      await expect(request(opened.url)).rejects.toThrow('ECONNREFUSED');
    }

    const ui = await lab.sluice('open', 'ui', id, '-o', 'json');
    const { url } = JSON.parse(ui.stdout) as { url: string };
    expect(url).toContain(`/workflows/${encodeURIComponent(id)}/${runId}/`);
    expect((await request(url)).statusCode).toBe(200);
  }

  const forwarded = { jaeger: 'this is a stand-in for', prometheus: '/query' };

  async function expectStandIns(): Promise<void> {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    const { items } = await config.makeApiClient(CoreV1Api).listNamespacedPod({ namespace: 'istio-system' });
    const said = items
      .map(({ metadata }) => metadata?.annotations?.[standInAnnotation] ?? '')
      .filter(Boolean);
    expect(said.sort()).toEqual([
      expect.stringContaining('grafana/grafana'),
      expect.stringContaining('jaegertracing/jaeger'),
      expect.stringContaining('prometheus-config-reloader'),
      expect.stringContaining('kiali/kiali'),
    ]);
    const prometheus = items.find(({ metadata }) => metadata?.name?.startsWith('prometheus-'));
    const address = `http://${prometheus?.status?.podIP ?? ''}:9090`;
    const { body } = await request(`${address}/api/v1/targets?state=active`);
    const { data } = (await body.json()) as { data: { activeTargets: unknown[] } };
    expect(data.activeTargets.length).toBeGreaterThan(5);
  }
});
