/** Runs rollouts as the ServiceAccount of deploy/kubernetes, and compares its roles with what the API server was asked. */
import { mkdir } from 'node:fs/promises';
import { delimiter, dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';
import { stringify } from 'yaml';
import type { RolloutResult } from '../../domain/rollout.ts';
import { ensureTool } from '../../lab/toolchain/ensure.ts';
import type { LabDescription } from '../../lab/up.ts';
import { auditMark, readAudit } from '../chaos/run/audit.ts';
import { apply, build, remove, type Manifest } from './fixtures/kustomized.ts';
import { Lab } from './fixtures/lab.ts';
import { readRequests, rightsOf, type ApiRequest } from './fixtures/requests.ts';
import { bookinfo, bookinfoByGatewayApi, Rollout, writeSpec, type Changes } from './fixtures/rollout.ts';
import { start } from './fixtures/run.ts';
import { kubeconfigInPod } from './fixtures/service-account.ts';

jest.setTimeout(60 * 60_000);

const account = 'system:serviceaccount:sluice:sluice-worker';
const installer = 'sluice-worker-istio-installer';

/** Rights that no run here can be sure to need, and why the roles give them. */
const unproven: Readonly<Record<string, string>> = {
  'pods get': 'asked for a proxy that does not tell its configuration: whether it is still there',
  'pods/proxy get':
    'metrics where the worker does not reach the pods, whose addresses the lab has on this machine',
  'replicasets.apps get':
    'asked where the Deployment of istiod is not labelled: which Deployment its pods are of',
};

describe('the roles in deploy/kubernetes', () => {
  let lab: Lab;
  let described: LabDescription;
  let admin: KubeConfig;
  let shipped: Manifest[];
  /** Bytes of the audit log when the installer's rights had been taken away, and the requests until they came back. */
  let mark: number;
  let requests: ApiRequest[];

  beforeAll(async () => {
    const tools = [await ensureTool('istioctl'), await ensureTool('kustomize')].map((path) => dirname(path));
    lab = await Lab.up('rbac', { PATH: [...tools, process.env.PATH].join(delimiter) });
    described = await lab.describe('--only', 'cluster', '--audit');
    admin = new KubeConfig();
    admin.loadFromFile(described.kubeconfig ?? '');
    shipped = await build('exec', 'istio-installer', 'network-policy');
  });

  afterAll(async () => {
    await lab.down();
  });

  it('and all that is with them is taken by the API server', async () => {
    for (const manifest of shipped) {
      // Its pods have no image here.
      const answer = await apply(admin, manifest, manifest.kind === 'Deployment');
      expect([manifest.kind, answer]).toEqual([manifest.kind, { code: 201, message: '' }]);
    }
  });

  it('are for pods that the namespace lets in, which it does not do with others', async () => {
    expect(await apply(admin, podOf({}), true)).toEqual({ code: 201, message: '' });
    const refused = await apply(admin, podOf({ hostNetwork: true }), true);
    expect(refused).toMatchObject({ code: 403, message: expect.stringContaining('violates PodSecurity') });
  });

  it('let a rollout install Istio with those of the installer', async () => {
    const pod = join(lab.stateHome, 'pod');
    await mkdir(pod);
    const KUBECONFIG = await kubeconfigInPod(admin, pod);
    lab.worker.kill('SIGTERM');
    await lab.worker.done;
    lab.worker = start('worker/main.ts', [], { ...lab.env, KUBECONFIG });
    expect((await deliver('first', 'details', await installing())).created.mesh).toBe(true);
    expect((await remove(admin, named(installer))).code).toBe(200);
    mark = await auditMark(auditLog());
  });

  it('let a Rollout be promoted by VirtualServices, and with its checks and gates', async () => {
    const spec = await bookinfo(lab, '6s', [...here('shop'), ...judged]);
    const rollout = await Rollout.start(lab, spec, idOf('shop', 'reviews'));
    const result = await underLoad(rollout);
    expect(result).toMatchObject({ outcome: 'Promoted', created: { mesh: false, namespaceLabel: true } });
    // Who keeps the mesh is not told what it takes to install one.
    const { warnings } = await rollout.status();
    expect(warnings.filter((warning) => warning.includes('permission'))).toEqual([]);
  });

  it('let a Canary run, and be taken back, without those of a Rollout and of commands in pods', async () => {
    expect((await remove(admin, named('sluice-rollout'))).code).toBe(200);
    expect((await remove(admin, named('sluice-exec'))).code).toBe(200);
    try {
      await deliver('first', 'ratings', await canary());
      expect(await tearDown('first', 'ratings')).toEqual({ exitCode: 0, left: [] });
    } finally {
      await apply(admin, named('sluice-rollout'));
      await apply(admin, named('sluice-exec'));
    }
  });

  it('let the rollout be torn down', async () => {
    expect(await tearDown('shop', 'reviews')).toEqual({ exitCode: 0, left: [] });
  });

  it('let a Rollout by HTTPRoutes be put back, and what it made be removed', async () => {
    await lab.fault('reviews-v2=error:1');
    const spec = await bookinfoByGatewayApi(lab, '6s', putBack);
    const result = await underLoad(await Rollout.start(lab, spec, idOf('default', 'reviews')));
    expect(result.outcome).toBe('RolledBack');
    expect(result.undone.filter(({ outcome }) => outcome !== 'done')).toEqual([]);
    requests = readRequests(await readAudit(auditLog(), mark));
  });

  it('let Istio be removed with those of the installer', async () => {
    expect((await apply(admin, named(installer))).code).toBe(201);
    expect(await tearDown('first', 'details')).toEqual({ exitCode: 0, left: [] });
  });

  it('give all that the worker asked for', async () => {
    const all = readRequests(await readAudit(auditLog(), 0)).filter(({ user }) => user === account);
    expect(all.length).toBeGreaterThan(1_000);
    expect(all.filter(({ code }) => code === 403 || code === 401).map(({ uri }) => uri)).toEqual([]);
  });

  it('give nothing that it did not ask for', () => {
    const roles = shipped.filter(({ kind }) => kind === 'ClusterRole');
    expect(roles.map(({ metadata }) => metadata.name)).toEqual([
      'sluice-canary',
      'sluice-exec',
      'sluice-rollout',
    ]);
    const used = new Set(requests.filter(({ user }) => user === account).flatMap(({ rights }) => rights));
    const given = roles.flatMap(({ rules = [] }) => rightsOf(rules));
    expect(given.filter((right) => !used.has(right) && !(right in unproven))).toEqual([]);
    expect(given).toEqual(expect.arrayContaining(Object.keys(unproven)));
  });

  it('are those of whoever asked as the worker and its istioctl do', () => {
    const asWorker = requests.filter(({ agent }) => agent === '' || agent.startsWith('istioctl/'));
    expect([...new Set(asWorker.map(({ user }) => user))]).toEqual([account]);
  });

  function auditLog(): string {
    return join(described.stateDir, 'logs', 'kube-audit.jsonl');
  }

  function named(binding: string): Manifest {
    const found = shipped.find(
      ({ kind, metadata }) => kind === 'ClusterRoleBinding' && metadata.name === binding,
    );
    if (found === undefined)
      throw new Error(`there is no ClusterRoleBinding ${binding} in deploy/kubernetes`);
    return found;
  }

  /** A pod as the Deployment makes it, but for `changes`. */
  function podOf(changes: object): Manifest {
    const template = shipped.find(({ kind }) => kind === 'Deployment')?.spec?.template;
    const metadata = { ...template?.metadata, name: 'sluice-worker-0', namespace: 'sluice' };
    return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { ...template?.spec, ...changes } };
  }

  function idOf(namespace: string, host: string): string {
    return `rollout/in-cluster/${namespace}/${host}`;
  }

  async function deliver(namespace: string, host: string, spec: string): Promise<RolloutResult> {
    const { result } = await (await Rollout.start(lab, spec, idOf(namespace, host))).end();
    expect(result).toMatchObject({ outcome: 'Promoted' });
    return result;
  }

  /** How a rollout of Bookinfo ended, which is called from its first stage on; one that fails before is not waited for. */
  async function underLoad(rollout: Rollout): Promise<RolloutResult> {
    const { phase } = await rollout.until(
      'holding or over',
      (status) => status.phase === 'Failed' || status.stages.some(({ observedAt }) => observedAt !== null),
    );
    const load = phase === 'Failed' ? null : await lab.load(20);
    const { result } = await rollout.end();
    await load?.stop();
    return result;
  }

  async function tearDown(
    namespace: string,
    host: string,
  ): Promise<{ exitCode: number; left: { outcome: string }[] }> {
    const { exitCode, stdout } = await lab.sluice('teardown', idOf(namespace, host), '-o', 'json');
    const { undone } = JSON.parse(stdout) as { undone: { outcome: string }[] };
    return { exitCode, left: undone.filter(({ outcome }) => outcome !== 'done') };
  }

  const inCluster = { provider: 'kubeconfig', context: 'in-cluster' };

  function here(namespace: string): Changes {
    return [
      [['spec', 'cluster'], inCluster],
      [['spec', 'namespace'], namespace],
      [['spec', 'metrics'], { prometheus: { address: described.prometheus } }],
    ];
  }

  const job = { image: 'busybox:1', command: ['sh', '-c', 'exit 0'] };
  const jobGate = { name: 'smoke', job: { ...job, serviceAccount: 'default', timeout: '5s' }, dryRun: true };
  const exec = {
    pod: { app: 'ratings' },
    command: ['curl', '-sS', 'details:9080/details/0'],
    stdout: '"author"',
  };

  const judged: Changes = [
    [
      ['spec', 'application', 'checks'],
      [
        { name: 'of-pod', exec },
        { name: 'from-outside', http: { path: '/productpage' } },
        { name: 'of-job', job: { ...job, timeout: '5m' } },
      ],
    ],
    [
      ['spec', 'gates'],
      [
        { name: 'errors', errors: {} },
        { name: 'success-rate', successRate: { min: 0.9 }, interval: '1s', window: '3s', minRequests: 1 },
        jobGate,
      ],
    ],
  ];

  const putBack: Changes = [
    [['spec', 'cluster'], inCluster],
    [['spec', 'gates'], [{ name: 'errors', errors: {} }]],
    [['spec', 'onFailure'], 'remove'],
  ];

  /** A small application on a mesh that is not there yet. */
  async function installing(): Promise<string> {
    const pairs = (described.istio?.set ?? []).map((pair) => pair.split(/=(.*)/s).slice(0, 2));
    const set = Object.fromEntries(pairs as [string, string][]);
    return await specOf('Rollout', 'first', {
      mesh: { set },
      application: { kustomization: resolve('test/e2e/fixtures/application/kustomization') },
      services: [{ host: 'details', subsets: [subset('v1')] }],
      stages: [{ name: 'all', weights: { details: { v1: 100 } }, hold: '1s' }],
    });
  }

  /** Of a service that nothing routes yet. */
  async function canary(): Promise<string> {
    return await specOf('Canary', 'first', {
      services: [{ host: 'ratings', subsets: [subset('v1')] }],
      gates: [jobGate],
      stages: [{ name: 'all', weights: { ratings: { v1: 100 } }, hold: '6s' }],
    });
  }

  function specOf(kind: string, namespace: string, spec: object): Promise<string> {
    const head = { apiVersion: 'sluice.dev/v1alpha1', kind, metadata: { name: namespace } };
    return writeSpec(lab, stringify({ ...head, spec: { cluster: inCluster, namespace, ...spec } }));
  }

  function subset(version: string): object {
    return { name: version, labels: { version } };
  }
});
