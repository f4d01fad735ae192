/** Meshes that somebody else made: what a rollout does with each, and that nothing of it is changed. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { createMeshActivities } from '../../../activities/mesh/index.ts';
import { meshMark } from '../../../activities/mesh/mark.ts';
import type { KubeObject } from '../../../activities/kubernetes/index.ts';
import type { ObjectRef } from '../../../domain/rollout.ts';
import type { NeededIngress } from '../../../domain/ingress.ts';
import type { MeshSpec } from '../../../domain/spec/document.ts';
import { asActivity } from '../support/activity.ts';
import { FakeCluster } from '../support/fake-cluster.ts';
import { fakeIstioctl } from '../support/fake-program.ts';
import { connection, deployment, meshSpec, namespace, noReleases, releasesWith } from '../support/objects.ts';
import { gatewayService, injectedPod, injector, istiod } from './fixtures.ts';

interface World {
  readonly objects: readonly KubeObject[];
  /** Labels of the rollout's namespace; absent where it is not there. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly spec?: Partial<MeshSpec>;
  readonly ingress?: NeededIngress;
  readonly unserved?: string;
}

const anyGateway: NeededIngress = { selector: null };
const helm = { annotations: { 'meta.helm.sh/release-name': 'istiod' } };
const owned = { ownerReferences: [{ kind: 'IstioRevision', name: 'default', controller: true }] };
const usual = [
  istiod(),
  injector(),
  gatewayService('istio-ingressgateway', 'istio-system', 'ingressgateway'),
];
const marked = namespace('istio-system', { annotations: { [meshMark]: 'x@y' } });
const canary = [istiod({ revision: 'canary' }), injector({ revision: 'canary' })];
const azure = { namespace: 'aks-istio-system', revision: 'asm-1-20' };
const ztunnel = { ...deployment('ztunnel', 'istio-system'), kind: 'DaemonSet' };

let istioctl: Awaited<ReturnType<typeof fakeIstioctl>> | undefined;

afterEach(async () => {
  await istioctl?.remove();
  istioctl = undefined;
});

function clusterOf({ objects, labels, unserved }: World): FakeCluster {
  const client = new FakeCluster(...objects, ...(labels ? [namespace('shop', { labels })] : []));
  if (unserved !== undefined) client.unknownKinds.add(unserved);
  return client;
}

/** The steps of a rollout, as its workflow takes them; then what it does to end. */
function actingOn(client: FakeCluster, { spec = {}, ingress }: World, tool?: string) {
  const istio = tool === undefined ? noReleases : releasesWith(tool);
  const activities = createMeshActivities({ clients: () => client, istio });
  const mesh = { ...meshSpec, ...spec };
  const at = { connection, namespace: 'shop' };
  return {
    ensure: () => asActivity(() => activities.installMesh({ ...at, mesh, ingress: ingress ?? null })),
    verify: () => asActivity(() => activities.verifyMesh({ ...at, mesh })),
    label: () => asActivity(() => activities.labelNamespace({ ...at, mesh })),
    unlabel: () => asActivity(() => activities.unlabelNamespace(at)),
    abandon: () => asActivity(() => activities.abandonMesh(at)),
    uninstall: (revisions: readonly string[]) =>
      asActivity(() => activities.uninstallMesh({ ...at, revisions })),
    plan: (revisions: readonly string[], objects = []) =>
      asActivity(() => activities.planMeshRemoval({ ...at, revisions, objects })),
  };
}

function snapshot(client: FakeCluster, except: readonly string[] = []): string {
  const entries = [...client.objects].filter(([key]) => !except.includes(key)).sort();
  return JSON.stringify(entries);
}

describe('a mesh that is there, on a worker without istioctl,', () => {
  it.each<[string, World, { revision: string; version: string; label: string }]>([
    [
      "istioctl's own is used",
      { objects: usual, ingress: anyGateway },
      { revision: 'default', version: '1.31.0', label: 'istio-injection=enabled' },
    ],
    [
      'installed by Helm in another namespace is used',
      {
        objects: [
          istiod({ namespace: 'mesh', metadata: { ...helm, namespace: 'mesh' } }),
          injector({ namespace: 'mesh' }),
        ],
      },
      { revision: 'default', version: '1.31.0', label: 'istio-injection=enabled' },
    ],
    [
      "a cloud's add-on of a vendor's version is used, with its own gateway",
      {
        objects: [
          istiod({ ...azure, image: 'mcr.microsoft.com/oss/istio/pilot:1.20.8-asm.6-distroless' }),
          injector(azure),
          gatewayService(
            'aks-istio-ingressgateway-external',
            'aks-istio-ingress',
            'aks-istio-ingressgateway-external',
          ),
        ],
        ingress: anyGateway,
      },
      { revision: 'asm-1-20', version: '1.20.8-asm.6', label: 'istio.io/rev=asm-1-20' },
    ],
    [
      'a managed one outside the cluster is used',
      { objects: [injector({ revision: 'asm-managed', url: 'https://meshconfig.example/inject' })] },
      { revision: 'asm-managed', version: 'unknown', label: 'istio.io/rev=asm-managed' },
    ],
    [
      "an operator's is used",
      { objects: [istiod({ metadata: { namespace: 'istio-system', ...owned } }), injector()] },
      { revision: 'default', version: '1.31.0', label: 'istio-injection=enabled' },
    ],
    [
      'of an image by digest is used, its version unknown',
      { objects: [istiod({ image: 'registry.example/pilot@sha256:0f1e' }), injector()] },
      { revision: 'default', version: 'unknown', label: 'istio-injection=enabled' },
    ],
    [
      'one revision alone is used',
      { objects: canary },
      { revision: 'canary', version: '1.31.0', label: 'istio.io/rev=canary' },
    ],
    [
      'of two revisions the default one is used',
      { objects: [...usual, ...canary] },
      { revision: 'default', version: '1.31.0', label: 'istio-injection=enabled' },
    ],
    [
      'of two revisions the one that the spec names is used',
      { objects: [...usual, ...canary], spec: { revision: 'canary' } },
      { revision: 'canary', version: '1.31.0', label: 'istio.io/rev=canary' },
    ],
    [
      'a revision that the tag default stands for is used by its label',
      { objects: [...canary, injector({ revision: 'canary', tag: 'default' })] },
      { revision: 'canary', version: '1.31.0', label: 'istio-injection=enabled' },
    ],
    [
      'a revision tag that the spec names becomes the label',
      { objects: [...canary, injector({ revision: 'canary', tag: 'prod' })], spec: { revision: 'prod' } },
      { revision: 'canary', version: '1.31.0', label: 'istio.io/rev=prod' },
    ],
    [
      'without a gateway is used where nobody asks from outside',
      { objects: [istiod(), injector()] },
      { revision: 'default', version: '1.31.0', label: 'istio-injection=enabled' },
    ],
    [
      "with a gateway of another name is used where the application's Gateway selects it",
      {
        objects: [istiod(), injector(), gatewayService('edge', 'edge', 'edge')],
        ingress: { selector: { istio: 'edge' } },
      },
      { revision: 'default', version: '1.31.0', label: 'istio-injection=enabled' },
    ],
    [
      "whose istiod's Deployment is not labelled is known by its pods",
      {
        objects: [
          { ...istiod(), metadata: { name: 'pilot', namespace: 'istio-system' } },
          {
            ...deployment('pilot-7c', 'istio-system'),
            kind: 'ReplicaSet',
            metadata: {
              name: 'pilot-7c',
              namespace: 'istio-system',
              ownerReferences: [{ kind: 'Deployment', name: 'pilot' }],
            },
          },
          {
            ...injectedPod('pilot-7c-x', 'istio-system'),
            metadata: {
              name: 'pilot-7c-x',
              namespace: 'istio-system',
              labels: { app: 'istiod' },
              ownerReferences: [{ kind: 'ReplicaSet', name: 'pilot-7c' }],
            },
          },
          injector(),
        ],
      },
      { revision: 'default', version: '1.31.0', label: 'istio-injection=enabled' },
    ],
  ])('%s', async (_title, world, { label, ...expected }) => {
    const client = clusterOf({ labels: { team: 'a' }, ...world });
    const before = snapshot(client);
    const rollout = actingOn(client, world);
    await expect(rollout.ensure()).resolves.toEqual({ ...expected, created: false, findings: [] });
    await rollout.verify();
    expect(snapshot(client)).toBe(before);
    await expect(rollout.label()).resolves.toEqual({ created: true });
    const [key = '', value] = label.split('=');
    expect(client.objects.get('Namespace/shop')?.metadata.labels).toEqual({ team: 'a', [key]: value });
    await rollout.unlabel();
    await rollout.abandon();
    expect(client.objects.get('Namespace/shop')?.metadata).toEqual({
      name: 'shop',
      labels: { team: 'a' },
      annotations: {},
    });
    expect(snapshot(client, ['Namespace/shop'])).toBe(snapshot(clusterOf(world), ['Namespace/shop']));
  });

  it("is used where it serves Istio's API as v1beta1 alone, as before Istio 1.22", async () => {
    const client = clusterOf({ objects: [istiod({ image: 'pilot:1.20.8' }), injector()] });
    client.isNamespaced = (ref) =>
      Promise.resolve((ref as ObjectRef).apiVersion === 'networking.istio.io/v1' ? null : true);
    const { ensure } = actingOn(client, { objects: [] });
    await expect(ensure()).resolves.toMatchObject({ created: false, version: '1.20.8' });
  });

  it.each<[string, World]>([
    ['by the default label', { objects: usual, labels: { 'istio-injection': 'enabled' } }],
    ['by a revision', { objects: [...usual, ...canary], labels: { 'istio.io/rev': 'canary' } }],
    ['by a tag', { objects: [...usual, injector({ tag: 'prod' })], labels: { 'istio.io/rev': 'prod' } }],
    [
      'by both labels of the same',
      { objects: usual, labels: { 'istio.io/rev': 'default', 'istio-injection': 'enabled' } },
    ],
    ['in an ambient mesh', { objects: [...usual, ztunnel], labels: { 'istio-injection': 'enabled' } }],
  ])('leaves a namespace alone that is its already %s', async (_title, world) => {
    const client = clusterOf(world);
    const before = snapshot(client);
    const rollout = actingOn(client, world);
    await rollout.ensure();
    await expect(rollout.label()).resolves.toEqual({ created: false });
    await rollout.unlabel();
    expect(snapshot(client)).toBe(before);
  });
});

describe('refused before any change is', () => {
  it.each<[string, World, string]>([
    [
      'ambient mode of the namespace',
      { objects: usual, labels: { 'istio.io/dataplane-mode': 'ambient' } },
      'is in ambient mode',
    ],
    [
      'an ambient mesh',
      { objects: [...usual, ztunnel] },
      'the mesh is an ambient one (DaemonSet istio-system/ztunnel)',
    ],
    [
      'a namespace that two revisions claim',
      { objects: [...usual, ...canary], labels: { 'istio.io/rev': 'canary', 'istio-injection': 'enabled' } },
      'is claimed by 2 control planes',
    ],
    [
      'the default revision in two namespaces',
      { objects: [...usual, istiod({ namespace: 'other' }), injector({ namespace: 'other' })] },
      'the cluster has 2 control planes',
    ],
    [
      'a choice among revisions that nobody made',
      { objects: [...canary, istiod({ revision: 'stable' }), injector({ revision: 'stable' })] },
      'name one by spec.mesh.revision, or label namespace shop',
    ],
    [
      'a label for a revision that is not there',
      { objects: usual, labels: { 'istio.io/rev': 'gone' } },
      'is labelled istio.io/rev=gone, and no control plane is of that revision or tag',
    ],
    [
      "another revision than the namespace's",
      { objects: [...usual, ...canary], labels: { 'istio.io/rev': 'canary' }, spec: { revision: 'default' } },
      'belongs to Deployment istio-system/istiod-canary',
    ],
    [
      'a namespace that opted out',
      { objects: usual, labels: { 'istio-injection': 'disabled' } },
      'labelled istio-injection=disabled',
    ],
    [
      'a mesh without a gateway that is needed',
      { objects: [istiod(), injector()], ingress: anyGateway },
      'the mesh has no ingress gateway',
    ],
    [
      'a choice among gateways that nobody made',
      {
        objects: [istiod(), injector(), gatewayService('a', 'edge', 'a'), gatewayService('b', 'edge', 'b')],
        ingress: anyGateway,
      },
      'several ingress gateways, Service edge/a, Service edge/b',
    ],
    [
      'a Gateway that selects nothing',
      { objects: usual, ingress: { selector: { istio: 'edge' } } },
      'no Service leads to the gateway with the labels istio=edge',
    ],
    [
      'a cluster that serves no VirtualServices',
      { objects: usual, unserved: 'VirtualService' },
      'does not serve VirtualServices of networking.istio.io/v1 or networking.istio.io/v1beta1: install its types',
    ],
    [
      'a version that a digest does not tell',
      { objects: [istiod({ image: 'pilot@sha256:0f1e' }), injector()], spec: { version: '1.31' } },
      'its version is not known, leave spec.mesh.version out',
    ],
    [
      "an upgrade of Helm's mesh",
      {
        objects: [
          istiod({ image: 'pilot:1.30.1', metadata: { ...helm, namespace: 'istio-system' } }),
          injector(),
        ],
        spec: { version: '1.31', upgrade: true },
      },
      'Helm keeps it',
    ],
    [
      'a mesh in the place of one that is half gone',
      { objects: [injector()] },
      'no control plane is behind MutatingWebhookConfiguration istio-sidecar-injector',
    ],
  ])('%s', async (_title, world, reason) => {
    const client = clusterOf(world);
    const before = snapshot(client);
    const rollout = actingOn(client, world);
    await expect(rollout.ensure()).rejects.toMatchObject({
      type: 'InvalidTarget',
      nonRetryable: true,
      message: expect.stringContaining(reason),
    });
    await expect(rollout.abandon()).resolves.toEqual([]);
    expect(snapshot(client)).toBe(before);
    expect(client.log).toEqual([]);
  });

  it('a label, where the mesh has vanished since', async () => {
    const client = clusterOf({ objects: usual, labels: {} });
    const rollout = actingOn(client, { objects: [] });
    await rollout.ensure();
    client.objects.delete('Deployment/istio-system/istiod');
    client.objects.delete('MutatingWebhookConfiguration/istio-sidecar-injector');
    await expect(rollout.label()).rejects.toMatchObject({
      type: 'InvalidTarget',
      message: 'the mesh is gone: the cluster has no control plane any more',
    });
    expect(client.log).toEqual([]);
  });
});

describe('a revision beside a mesh that is there', () => {
  const spec = { revision: 'next' };

  async function installed(client: FakeCluster, world: World = { objects: [], spec }) {
    istioctl = await fakeIstioctl("if (args[0] !== 'x') record(args.join(' '));");
    const rollout = actingOn(client, world, istioctl.path);
    return { rollout, ensured: await rollout.ensure() };
  }

  it('is installed without what all revisions share, and uninstalled by its name', async () => {
    const client = clusterOf({ objects: usual });
    const before = snapshot(client);
    const { rollout, ensured } = await installed(client);
    expect(ensured).toMatchObject({ created: true, revision: 'next' });
    client.put(istiod({ revision: 'next' }));
    client.put(injector({ revision: 'next' }));
    await rollout.uninstall(['next']);
    const [install, uninstall] = (await istioctl?.recorded()) ?? [];
    expect(install).toContain('--set revision=next --set components.base.enabled=false');
    expect(uninstall).toMatch(/^uninstall --revision next --skip-confirmation/);
    for (const key of [
      'Deployment/istio-system/istiod-next',
      'MutatingWebhookConfiguration/istio-sidecar-injector-next',
    ])
      client.objects.delete(key);
    expect(snapshot(client, ['Namespace/istio-system'])).toBe(before);
  });

  it('is found in a cluster whose only mesh it is, and purged as the last of them', async () => {
    const client = clusterOf({ objects: [] });
    const { rollout } = await installed(client);
    client.put(istiod({ revision: 'next' }));
    client.put(injector({ revision: 'next' }));
    await rollout.uninstall(['next']);
    const [install, uninstall] = (await istioctl?.recorded()) ?? [];
    expect(install).not.toContain('components.base');
    expect(uninstall).toMatch(/^uninstall --purge/);
  });
});

describe('a mesh that a run installed', () => {
  it.each<[string, readonly KubeObject[]]>([
    ['another control plane', canary],
    [
      "Helm's objects",
      [
        istiod({
          namespace: 'mesh',
          revision: 'helm',
          metadata: { ...helm, namespace: 'mesh', name: 'istiod-helm' },
        }),
      ],
    ],
    [
      'a gateway that Helm installed',
      [
        {
          ...gatewayService('edge', 'istio-system', 'edge'),
          metadata: {
            name: 'edge',
            namespace: 'istio-system',
            labels: { 'operator.istio.io/component': 'IngressGateways' },
            ...helm,
          },
        },
      ],
    ],
  ])('is not purged while there is %s', async (_title, others) => {
    istioctl = await fakeIstioctl("if (args[0] !== 'x') record(args.join(' '));");
    const client = clusterOf({ objects: [] });
    const rollout = actingOn(client, { objects: [] }, istioctl.path);
    await rollout.ensure();
    for (const object of [istiod(), injector(), ...others]) client.put(object);
    const before = others.map((object) => JSON.stringify(object));
    await rollout.uninstall(['default']);
    const calls = await istioctl.recorded();
    expect(calls.at(-1)).toMatch(/^uninstall --revision default/);
    expect(calls.filter((call) => call.includes('--purge'))).toEqual([]);
    const after = [...client.objects.values()].map((object) => JSON.stringify(object));
    expect(after).toEqual(expect.arrayContaining(before));
  });

  it('stays where pods of others use it, which a plan says before', async () => {
    istioctl = await fakeIstioctl("if (args[0] !== 'x') record(args.join(' '));");
    const client = clusterOf({
      objects: [...usual, marked, injectedPod('theirs', 'crm'), injectedPod('old', 'crm', 'canary')],
    });
    const rollout = actingOn(client, { objects: [] }, istioctl.path);
    const before = snapshot(client);
    const reason = '1 pod that this run did not make uses the mesh (pod crm/theirs)';
    await expect(rollout.plan(['default'])).resolves.toEqual({ kept: reason });
    await expect(rollout.uninstall(['default'])).rejects.toMatchObject({
      type: 'InvalidTarget',
      message: `${reason}: it is left as it is`,
    });
    expect(snapshot(client)).toBe(before);
    await expect(istioctl.recorded()).resolves.toEqual([]);
  });

  it('stays where no run recorded its install, whatever the ledger says', async () => {
    istioctl = await fakeIstioctl("if (args[0] !== 'x') record(args.join(' '));");
    const client = clusterOf({ objects: usual });
    const before = snapshot(client);
    const rollout = actingOn(client, { objects: [] }, istioctl.path);
    const reason =
      'no run of Sluice installed Istio of revision default ' +
      '(no annotation sluice.dev/mesh-installed-by on namespace istio-system)';
    await expect(rollout.plan(['default'])).resolves.toEqual({ kept: reason });
    await expect(rollout.uninstall(['default'])).rejects.toMatchObject({ type: 'InvalidTarget' });
    expect(snapshot(client)).toBe(before);
    await expect(istioctl.recorded()).resolves.toEqual([]);
  });

  it("is planned to go where the only pods are those of the teardown's own objects", async () => {
    const client = clusterOf({
      objects: [...usual, marked, deployment('web', 'shop'), injectedPod('web', 'shop')],
    });
    const activities = createMeshActivities({ clients: () => client, istio: noReleases });
    const objects = [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', namespace: 'shop' }];
    const planned = asActivity(() =>
      activities.planMeshRemoval({ connection, revisions: ['default'], objects }),
    );
    await expect(planned).resolves.toEqual({ kept: null });
  });
});
