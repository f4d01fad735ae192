import { access, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createMeshActivities } from '../../../activities/mesh/index.ts';
import { meshMark } from '../../../activities/mesh/mark.ts';
import { ofDeployment } from '../../../activities/mesh/survey/control-plane.ts';
import { releaseSource } from '../../../activities/mesh/release/index.ts';
import { createdByAnnotation, type KubeObject } from '../../../activities/kubernetes/index.ts';
import type { MeshSpec } from '../../../domain/spec/document.ts';
import { asActivity } from '../support/activity.ts';
import { FakeCluster } from '../support/fake-cluster.ts';
import { fakeIstioctl } from '../support/fake-program.ts';
import { injector, istiod } from './fixtures.ts';
import { connection, deployment, meshSpec, namespace, releasesWith, pod } from '../support/objects.ts';

let istioctl: Awaited<ReturnType<typeof fakeIstioctl>> | undefined;

afterEach(async () => {
  await istioctl?.remove();
  istioctl = undefined;
});

const wants = { namespace: 'shop', ingress: null };
const mesh = { ...meshSpec, set: { 'values.global.proxy.logLevel': 'debug' } };

/** The namespace of a mesh that a run installed. */
const marked = namespace('istio-system', { annotations: { [meshMark]: 'x@y' } });

/** A control plane that istioctl installed, with its webhooks. */
function meshOf(version = '1.31.0', revision = 'default'): KubeObject[] {
  const labels = { 'operator.istio.io/version': version };
  return [istiod({ labels, revision }), injector({ revision })];
}

function putMesh(client: FakeCluster, version?: string): void {
  for (const object of meshOf(version)) client.put(object);
}

async function meshOn(client: FakeCluster, body = '', version = '1.31.0') {
  await istioctl?.remove();
  istioctl = await fakeIstioctl(`if (args[0] !== 'x') { record(args.join(' ')); ${body} }`, version);
  const activities = createMeshActivities({ clients: () => client, istio: releasesWith(istioctl.path) });
  return { activities, connection: { ...connection, istio: { set: ['meshConfig.enableAutoMtls=false'] } } };
}

async function install(client: FakeCluster, body?: string, runId?: string, spec: MeshSpec = mesh) {
  const on = await meshOn(client, body);
  return asActivity(
    () => on.activities.installMesh({ connection: on.connection, mesh: spec, ...wants }),
    runId,
  );
}

describe('installMesh', () => {
  it('installs the profile, with the values of the cluster before those of the spec', async () => {
    await expect(install(new FakeCluster())).resolves.toMatchObject({ created: true });
    await expect(istioctl?.recorded()).resolves.toEqual([
      'install --skip-confirmation --set profile=demo --set meshConfig.enableAutoMtls=false ' +
        '--set values.global.proxy.logLevel=debug --kubeconfig /nonexistent/kubeconfig --context test',
    ]);
  });

  it('leaves a mesh alone that was there before', async () => {
    const client = new FakeCluster(namespace('istio-system'), ...meshOf('1.30.2'));
    await expect(install(client)).resolves.toEqual({
      version: '1.30.2',
      created: false,
      revision: 'default',
      findings: [],
    });
    await expect(istioctl?.recorded()).resolves.toEqual([]);
    expect(client.log).toEqual([]);
  });

  it('installs again what a lost attempt of the same run began, and has created it', async () => {
    const client = new FakeCluster();
    await expect(install(client, 'console.error("killed"); process.exit(1)')).rejects.toThrow('killed');
    putMesh(client);
    await expect(install(client)).resolves.toMatchObject({ version: '1.31.0', created: true });
    await expect(istioctl?.recorded()).resolves.toHaveLength(1);
  });

  it('leaves a mesh alone that an earlier run of the same workflow id installed', async () => {
    const client = new FakeCluster();
    await install(client, '', 'run-1');
    putMesh(client);
    await expect(install(client, '', 'run-2')).resolves.toMatchObject({ version: '1.31.0', created: false });
  });
});

/** Wants a version of a cluster that has this mesh. */
function wanting(change: Partial<MeshSpec>, client: FakeCluster, body?: string) {
  return install(client, body, undefined, { ...meshSpec, ...change });
}

describe('a mesh of a version that the spec names', () => {
  const meshed = (version: string) => new FakeCluster(namespace('istio-system'), ...meshOf(version));

  it.each(['1.31', '1.31.0'])('is left alone where it is %s already', async (version) => {
    await expect(wanting({ version }, meshed('1.31.0'))).resolves.toMatchObject({ created: false });
    await expect(istioctl?.recorded()).resolves.toEqual([]);
  });

  it('is upgraded in place where the spec says so, and stays whose it was', async () => {
    const client = meshed('1.30.2');
    const upgraded = await wanting({ version: '1.31', upgrade: true }, client);
    expect(upgraded).toMatchObject({
      created: false,
      findings: [expect.stringContaining('sidecars keep the version')],
    });
    await expect(istioctl?.recorded()).resolves.toHaveLength(1);
    const { annotations = {} } = client.objects.get('Namespace/istio-system')?.metadata ?? {};
    expect(annotations).not.toHaveProperty([meshMark]);
    expect(annotations).not.toHaveProperty([createdByAnnotation]);
  });

  it('is upgraded again when the attempt that did so was lost after the control plane', async () => {
    const client = meshed('1.30.2');
    const spec = { version: '1.31', upgrade: true };
    await expect(wanting(spec, client, 'process.exit(1)')).rejects.toThrow('istioctl install failed');
    putMesh(client);
    await expect(wanting(spec, client)).resolves.toMatchObject({ created: false, version: '1.31.0' });
    await expect(istioctl?.recorded()).resolves.toHaveLength(1);
  });

  it.each([
    ['1.30.2', { version: '1.31' }, 'set spec.mesh.upgrade: true to have it upgraded in place'],
    ['1.29.9', { version: '1.31', upgrade: true }, 'by one minor at a time'],
    ['1.31.4', { version: '1.31.0', upgrade: true }, 'a mesh is not downgraded; name 1.31.4'],
    ['1.32.0', { version: '1.31', upgrade: true }, 'a mesh is not downgraded; name 1.32.0'],
  ])('is not touched where it is %s and the spec says %j', async (found, spec, reason) => {
    const client = meshed(found);
    await expect(wanting(spec, client)).rejects.toMatchObject({
      type: 'InvalidTarget',
      nonRetryable: true,
      message: expect.stringContaining(reason),
    });
    expect(client.log).toEqual([]);
  });

  it('is not upgraded in place where it is a revision', async () => {
    const client = new FakeCluster(...meshOf('1.30.2', 'canary'));
    await expect(wanting({ version: '1.31', upgrade: true }, client)).rejects.toThrow('of revision canary');
  });

  it('is not installed on a Kubernetes that Istio does not support', async () => {
    const client = new FakeCluster();
    client.version = () => Promise.resolve('v1.31.2-eks-1234');
    await expect(wanting({ version: '1.31' }, client)).rejects.toMatchObject({
      type: 'InvalidTarget',
      message: expect.stringMatching(
        /^Istio 1\.31\.0 supports Kubernetes 1\.32 to 1\.36, the cluster has v1\.31\.2/,
      ),
    });
    expect(client.log).toEqual([]);
  });

  it('of a release that is newer than what is known here is installed, and said', async () => {
    const client = new FakeCluster();
    const on = await meshOn(client, '', '1.33.1');
    const { findings } = await asActivity(() =>
      on.activities.installMesh({ connection: on.connection, mesh: meshSpec, ...wants }),
    );
    expect(findings).toEqual([
      expect.stringContaining('which Kubernetes Istio 1.33.1 supports is not known'),
    ]);
  });
});

describe('an IstioOperator of the spec', () => {
  it('is given to istioctl as a file, which goes afterwards', async () => {
    const operator = {
      apiVersion: 'install.istio.io/v1alpha1',
      kind: 'IstioOperator',
      spec: { meshConfig: { accessLogFile: '/dev/stdout' } },
    };
    const print =
      'record((await import("node:fs")).readFileSync(args[args.indexOf("--filename") + 1], "utf8"));';
    await wanting({ operator }, new FakeCluster(), print);
    const [call = '', file = ''] = (await istioctl?.recorded()) ?? [];
    expect(JSON.parse(file)).toEqual(operator);
    const path = /--filename (\S+)/.exec(call)?.[1] ?? '';
    expect(path).toMatch(/istio-operator\.yaml$/);
    await expect(access(path)).rejects.toThrow('ENOENT');
  });
});

describe('uninstallMesh', () => {
  const uninstall = async (client: FakeCluster) => {
    const on = await meshOn(client);
    await asActivity(() =>
      on.activities.uninstallMesh({ connection: on.connection, revisions: ['default'] }),
    );
  };

  it('removes Istio and the namespace that a run of Sluice made for it', async () => {
    const annotations = { [createdByAnnotation]: 'x@y', [meshMark]: 'x@y' };
    const client = new FakeCluster(namespace('istio-system', { annotations }));
    await uninstall(client);
    await expect(istioctl?.recorded()).resolves.toEqual([
      'uninstall --purge --skip-confirmation --kubeconfig /nonexistent/kubeconfig --context test',
    ]);
    expect([...client.objects.keys()]).toEqual([]);
  });

  it('takes the release of the mesh from the cache, and looks for no other', async () => {
    istioctl = await fakeIstioctl("record(args.join(' '));", '1.30.1');
    const cache = await mkdtemp(join(tmpdir(), 'sluice-test-'));
    await mkdir(join(cache, 'sluice/istio/1.30.1/bin'), { recursive: true });
    await symlink(istioctl.path, join(cache, 'sluice/istio/1.30.1/bin/istioctl'));
    const istio = releaseSource({ XDG_CACHE_HOME: cache, SLUICE_SKIP_DOWNLOADS: '1' });
    const client = new FakeCluster(...meshOf('1.30.1'), marked);
    const { uninstallMesh } = createMeshActivities({ clients: () => client, istio });
    await asActivity(() => uninstallMesh({ connection, revisions: ['default'] }));
    await expect(istioctl.recorded()).resolves.toEqual([expect.stringContaining('uninstall --purge')]);
    await rm(cache, { recursive: true });
  });

  it('keeps a namespace that was there before, with what people keep in it', async () => {
    const client = new FakeCluster(marked);
    await uninstall(client);
    expect(client.objects.get('Namespace/istio-system')).toEqual(
      namespace('istio-system', { annotations: {} }),
    );
  });

  it('removes what istiod wrote into every namespace, once its pods are gone, and nothing else', async () => {
    const labels = { 'istio.io/config': 'true' };
    const config = (name: string, space: string): KubeObject => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: space, labels },
    });
    const kept = [config('mine', 'default'), { ...config('other', 'default'), kind: 'Secret' }];
    const written = [config('istio-ca-root-cert', 'default'), config('istio-ca-crl', 'kube-system')];
    const client = new FakeCluster(...kept, ...written, pod('istiod', 'istio-system'), marked);
    setTimeout(() => {
      expect(client.log).toEqual([]);
      client.objects.delete('Pod/istio-system/istiod-abc');
    }, 100);
    await uninstall(client);
    expect([...client.objects.keys()]).toEqual([
      'ConfigMap/default/mine',
      'Secret/default/other',
      'Namespace/istio-system',
    ]);
  });

  it('takes back the classes of gateways that istiod wrote, and no other', async () => {
    const gatewayClass = (name: string, manager: string, controllerName = 'istio.io/gateway-controller') => ({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'GatewayClass',
      metadata: { name, managedFields: [{ manager, fieldsV1: { 'f:spec': {} } }] },
      spec: { controllerName },
    });
    const client = new FakeCluster(
      gatewayClass('istio', 'pilot-discovery'),
      gatewayClass('mine', 'kubectl'),
      gatewayClass('other', 'pilot-discovery', 'example.com/controller'),
    );
    await uninstall(client);
    expect([...client.objects.keys()]).toEqual(['GatewayClass/mine', 'GatewayClass/other']);
  });

  it('is fine where there is nothing left', async () => {
    await expect(uninstall(new FakeCluster())).resolves.toBeUndefined();
  });
});

describe('an install that did not end', () => {
  const abandon = async (client: FakeCluster, runId?: string) => {
    const on = await meshOn(client);
    return asActivity(() => on.activities.abandonMesh({ connection: on.connection }), runId);
  };

  it('is uninstalled by the run that began it, and by no other', async () => {
    const client = new FakeCluster();
    await expect(install(client, 'process.exit(1)')).rejects.toThrow('istioctl install failed');
    await expect(abandon(client, 'run-2')).resolves.toEqual([]);
    await expect(istioctl?.recorded()).resolves.toEqual([]);
    await expect(abandon(client)).resolves.toEqual(['Istio']);
    await expect(istioctl?.recorded()).resolves.toEqual([expect.stringMatching(/^uninstall --purge/)]);
    expect(client.objects.size).toBe(0);
  });

  it('that never began leaves the mesh that is there', async () => {
    const client = new FakeCluster(namespace('istio-system'), ...meshOf());
    await expect(abandon(client)).resolves.toEqual([]);
    expect(client.log).toEqual([]);
  });
});

describe('the version of a control plane', () => {
  it.each([
    ['docker.io/istio/pilot:1.30.1', '1.30.1'],
    ['docker.io/istio/pilot:1.30.1-distroless', '1.30.1'],
    ['registry:5000/pilot:1.30.1@sha256:abc', '1.30.1'],
    ['registry:5000/pilot', 'unknown'],
  ])('is the tag of %s where no label has it: %s', (image, version) => {
    const base = deployment('istiod', 'istio-system');
    const containers = [{ name: 'discovery', image }];
    const found = { ...base, spec: { ...base.spec, template: { spec: { containers } } } };
    expect(ofDeployment(found).version).toBe(version);
  });
});
