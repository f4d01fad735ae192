import { afterEach, describe, expect, it } from '@jest/globals';
import { createMeshActivities } from '../../../activities/mesh/index.ts';
import { meshMark } from '../../../activities/mesh/install.ts';
import { versionOf } from '../../../activities/mesh/istiod.ts';
import { createdByAnnotation } from '../../../activities/kubernetes/index.ts';
import { asActivity } from '../support/activity.ts';
import { FakeCluster } from '../support/fake-cluster.ts';
import { fakeProgram } from '../support/fake-program.ts';
import { connection, deployment, namespace } from '../support/objects.ts';

let istioctl: Awaited<ReturnType<typeof fakeProgram>> | undefined;

afterEach(async () => {
  await istioctl?.remove();
  istioctl = undefined;
});

const mesh = { profile: 'demo', set: { 'values.global.proxy.logLevel': 'debug' } };

function istiod(version = '1.31.0') {
  const base = deployment('istiod', 'istio-system');
  const labels = { ...base.metadata.labels, 'operator.istio.io/version': version };
  return { ...base, metadata: { ...base.metadata, labels } };
}

async function meshOn(client: FakeCluster, body = '') {
  await istioctl?.remove();
  istioctl = await fakeProgram(`if (args[0] !== 'x') { record(args.join(' ')); ${body} }`);
  const istio = { istioctl: istioctl.path, set: ['meshConfig.enableAutoMtls=false'] };
  const activities = createMeshActivities({ clients: () => client });
  return { activities, connection: { ...connection, istio } };
}

async function install(client: FakeCluster, body?: string, runId?: string) {
  const on = await meshOn(client, body);
  return asActivity(() => on.activities.installMesh({ connection: on.connection, mesh }), runId);
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
    const client = new FakeCluster(namespace('istio-system'), istiod('1.30.2'));
    await expect(install(client)).resolves.toEqual({ version: '1.30.2', created: false, findings: [] });
    await expect(istioctl?.recorded()).resolves.toEqual([]);
    expect(client.log).toEqual([]);
  });

  it('installs again what a lost attempt of the same run began, and has created it', async () => {
    const client = new FakeCluster();
    await expect(install(client, 'console.error("killed"); process.exit(1)')).rejects.toThrow('killed');
    client.put(istiod());
    await expect(install(client)).resolves.toMatchObject({ version: '1.31.0', created: true });
    await expect(istioctl?.recorded()).resolves.toHaveLength(1);
  });

  it('leaves a mesh alone that an earlier run of the same workflow id installed', async () => {
    const client = new FakeCluster();
    await install(client, '', 'run-1');
    client.put(istiod());
    await expect(install(client, '', 'run-2')).resolves.toMatchObject({ version: '1.31.0', created: false });
  });
});

describe('uninstallMesh', () => {
  const uninstall = async (client: FakeCluster) => {
    const on = await meshOn(client);
    await asActivity(() => on.activities.uninstallMesh({ connection: on.connection }));
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

  it('keeps a namespace that was there before, with what people keep in it', async () => {
    const client = new FakeCluster(namespace('istio-system', { annotations: { [meshMark]: 'x@y' } }));
    await uninstall(client);
    expect(client.log).toEqual([]);
  });

  it('is fine where there is nothing left', async () => {
    await expect(uninstall(new FakeCluster())).resolves.toBeUndefined();
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
    expect(versionOf({ ...base, spec: { ...base.spec, template: { spec: { containers } } } })).toBe(version);
  });
});
