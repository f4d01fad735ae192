import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AppsV1Api,
  CustomObjectsApi,
  KubeConfig,
  V1ObjectMeta,
  type V1Deployment,
} from '@kubernetes/client-node';
import type { StageResult } from '../../domain/rollout.ts';
import { podHeader } from '../../lab/bookinfo/serve.ts';
import type { Fault } from '../../lab/faults/fault.ts';
import { changeFaults } from '../../lab/faults/file.ts';
import { binomialInterval } from '../../lab/load/binomial.ts';
import { classifyByHeader } from '../../lab/load/classify.ts';
import { findIngressUrl } from '../../lab/load/ingress.ts';
import { startLoad, type LoadRun } from '../../lab/load/run.ts';
import { labPaths } from '../../lab/paths.ts';
import type { LoadCounts } from '../../lab/load/sample.ts';
import { Lab } from './fixtures/lab.ts';
import { bringBookinfo, canary, Rollout } from './fixtures/rollout.ts';
import { Routes, to } from './fixtures/routes.ts';

jest.setTimeout(45 * 60_000);

const context = 'sluice-lab';
const id = `rollout/${context}/default/productpage`;

/** One run in ten thousand lies outside. */
const confidence = 0.9999;

describe('a service behind the ingress gateway, whose VirtualService is bound to that alone', () => {
  let lab: Lab;
  let load: LoadRun;

  beforeAll(async () => {
    lab = await Lab.up('ingress');
    await (await bringBookinfo(lab)).stop();
    const config = new KubeConfig();
    config.loadFromFile((await lab.describe()).kubeconfig ?? '');
    await deploySecondVersion(config.makeApiClient(AppsV1Api));
    await forgetVersions(config.makeApiClient(CustomObjectsApi));
    const http = [{ route: [{ destination: { host: 'productpage', port: { number: 9080 } } }] }];
    await lab.patchVirtualService('bookinfo', { http }, 'kubectl-edit');
    const url = await findIngressUrl(lab.name);
    load = startLoad({ url, rate: 50, classify: classifyByHeader(podHeader) });
  });

  afterAll(async () => {
    // A set-up that failed has no load.
    await (load as LoadRun | undefined)?.stop();
    await lab.down();
  });

  it('spreads over both versions while nobody steers it', async () => {
    await sleep(3_000);
    expect(Object.keys(load.counts(Date.now() - 2_000, Infinity).byVersion).sort()).toEqual(['v1', 'v2']);
  });

  it('is steered for those who come through it, and nobody meets the candidate once it is aborted', async () => {
    const stages = [{ productpage: { v1: 90, v2: 10 } }, { productpage: { v1: 50, v2: 50 } }];
    // The last one ends by the abort, however long the command takes.
    const holds = ['12s', '10m'];
    const held = stages.map((weights, index) => ({
      name: `stage-${index + 1}`,
      weights,
      hold: holds[index],
    }));
    const spec = await canary(lab, context, stages, 'productpage', {
      gates: [],
      hold: '10m',
      more: { stages: held },
    });
    const rollout = await Rollout.start(lab, spec, id);
    const { warnings } = await rollout.holding('stage-2');
    expect(warnings).toContainEqual(expect.stringContaining('they get requests already, until stage one'));
    await sleep(10_000);
    await lab.sluice('abort', id, '--reason', 'seen enough');
    const { result, exitCode, endedAt } = await rollout.end();
    expect(result).toMatchObject({ outcome: 'Aborted', weights: { productpage: { v1: 100 } } });
    expect(exitCode).toBe(4);
    for (const stage of result.stages) expectShares(stage, load);

    await sleep(5_000);
    const after = load.counts(endedAt, Infinity);
    expect(after.requests).toBeGreaterThan(200);
    expect(after.failed).toBe(0);
    expect(Object.keys(after.byVersion)).toEqual(['v1']);
  });

  it('is rolled back by a gate that reads the gateway, and nobody meets the failed candidate any more', async () => {
    const after = await afterRollBack();
    expect(after).toMatchObject({ failed: 0, byVersion: { v1: after.requests } });
  });

  it('is rolled back by it where the route is that of a delegate, whose root is in another namespace', async () => {
    const routes = await Routes.of(lab);
    await routes.remove('bookinfo');
    await routes.makeNamespace('edge');
    await routes.apply('pages', { http: [{ route: [{ destination: { host: 'productpage' } }] }] });
    const delegate = { name: 'pages', namespace: 'default' };
    const root = { hosts: ['*'], gateways: ['default/bookinfo-gateway'], http: [{ delegate }] };
    await routes.apply('front', root, 'kubectl', { namespace: 'edge' });
    const after = await afterRollBack();
    expect(after).toMatchObject({ failed: 0, byVersion: { v1: after.requests } });
    const { spec } = (await routes.read('pages')) ?? {};
    expect(spec?.http).toEqual([{ route: [to('v1', 100, 'productpage')] }]);
    expect((await routes.read('front', 'edge'))?.spec).toEqual(root);
  });

  /** Its second version fails everybody at 10 %: what people meet once the gate has seen that. */
  async function afterRollBack(): Promise<LoadCounts> {
    const gates = [{ name: 'errors', errors: {} }];
    const stages = [{ productpage: { v1: 90, v2: 10 } }];
    const spec = await canary(lab, context, stages, 'productpage', { gates, hold: '10m' });
    const rollout = await Rollout.start(lab, spec, id);
    await rollout.holding('stage-1');
    await sleep(10_000);
    const failingFrom = new Date().toISOString();
    await setFault(lab, 'productpage-v2', { error: 1 });
    const { result, exitCode, endedAt } = await rollout.end();
    expect(result).toMatchObject({ outcome: 'RolledBack', weights: { productpage: { v1: 100 } } });
    expect(exitCode).toBe(3);
    for (const stage of result.stages) expectShares({ ...stage, endedAt: failingFrom }, load);
    expect(load.counts(Date.parse(failingFrom), endedAt).failed).toBeGreaterThan(0);

    await sleep(5_000);
    const after = load.counts(endedAt, Infinity);
    expect(after.requests).toBeGreaterThan(200);
    await setFault(lab, 'productpage-v2', {});
    return after;
  }

  it('keeps its route at teardown, for requests would reach the candidate without it', async () => {
    const from = Date.now();
    const { exitCode, stdout, stderr } = await lab.sluice('teardown', id, '-o', 'json');
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 1 });
    expect(stdout).toContain('VirtualService default/productpage stays: without it requests to productpage');
    await sleep(3_000);
    expect(Object.keys(load.counts(from, Infinity).byVersion)).toEqual(['v1']);
  });
});

function expectShares({ name, weights, observedAt, endedAt }: StageResult, load: LoadRun): void {
  const { requests, failed, byVersion } = load.counts(
    Date.parse(observedAt ?? ''),
    Date.parse(endedAt ?? ''),
  );
  expect(failed).toBe(0);
  expect(requests).toBeGreaterThan(300);
  for (const [version, weight] of Object.entries(weights.productpage ?? {})) {
    const [low, high] = binomialInterval(requests, weight / 100, confidence);
    const seen = byVersion[version] ?? 0;
    expect({ name, version, seen, low, high, within: seen >= low && seen <= high }).toMatchObject({
      within: true,
    });
  }
}

/** Turns a fault on, or off, for a workload that the lab's own command does not know. */
async function setFault({ name, stateHome }: Lab, workload: string, fault: Fault): Promise<void> {
  process.env.XDG_STATE_HOME = stateHome;
  await changeFaults(labPaths(name).faults, [{ workload, fault }]);
}

/** productpage as a user has it: no route inside the mesh, and no subsets. */
async function forgetVersions(api: CustomObjectsApi): Promise<void> {
  const istio = { group: 'networking.istio.io', version: 'v1', namespace: 'default', name: 'productpage' };
  await api.deleteNamespacedCustomObject({ ...istio, plural: 'virtualservices' });
  await api.deleteNamespacedCustomObject({ ...istio, plural: 'destinationrules' });
}

/** productpage v2: the same program under another label. */
async function deploySecondVersion(apps: AppsV1Api): Promise<void> {
  const namespace = 'default';
  const first = await apps.readNamespacedDeployment({ name: 'productpage-v1', namespace });
  await apps.createNamespacedDeployment({ namespace, body: secondOf(first) });
  for (let tries = 0; tries < 600; tries += 1) {
    const { status } = await apps.readNamespacedDeployment({ name: 'productpage-v2', namespace });
    if ((status?.readyReplicas ?? 0) > 0) return;
    await sleep(200);
  }
  throw new Error('productpage-v2 did not get ready within 2 minutes');
}

function secondOf(first: V1Deployment): V1Deployment {
  const labels = { app: 'productpage', version: 'v2' };
  const second = structuredClone(first);
  second.metadata = Object.assign(new V1ObjectMeta(), { name: 'productpage-v2', labels });
  if (second.spec === undefined) throw new Error('productpage-v1 has no spec');
  second.spec.selector.matchLabels = labels;
  second.spec.template.metadata = Object.assign(new V1ObjectMeta(), { labels });
  return second;
}
