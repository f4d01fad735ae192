import { afterEach, describe, expect, it } from '@jest/globals';
import { createMeshActivities } from '../../../activities/mesh/index.ts';
import type { MeshSpec } from '../../../domain/spec/document.ts';
import { asActivity } from '../support/activity.ts';
import { FakeCluster } from '../support/fake-cluster.ts';
import { fakeIstioctl } from '../support/fake-program.ts';
import { injector, istiod } from './fixtures.ts';
import { connection, meshSpec, releasesWith } from '../support/objects.ts';

let istioctl: Awaited<ReturnType<typeof fakeIstioctl>> | undefined;

afterEach(async () => {
  await istioctl?.remove();
  istioctl = undefined;
});

const mesh: MeshSpec = meshSpec;
const wants = { namespace: 'shop', ingress: null };

/** Installs a mesh with an istioctl whose precheck does as `body` says. */
async function precheck(body: string, client = new FakeCluster(), spec = mesh) {
  istioctl = await fakeIstioctl(`record(args.join(' ')); if (args[0] === 'x') { ${body} }`);
  const istio = releasesWith(istioctl.path);
  const { installMesh } = createMeshActivities({ clients: () => client, istio });
  return asActivity(() => installMesh({ connection, mesh: spec, ...wants }));
}

function findings(...levels: string[]): string {
  return finding(
    levels.map((level) => ({ code: 'IST0101', level, origin: 'Cluster', message: `a ${level}` })),
  );
}

function finding(found: readonly object[]): string {
  // As the real one: JSON on stdout, and exit code 1 from a warning on.
  return `console.log(${JSON.stringify(JSON.stringify(found))}); console.error('Issues found'); process.exit(1)`;
}

describe("Istio's precheck", () => {
  it('asks the cluster of the connection', async () => {
    await expect(precheck('console.error("no issues")')).resolves.toMatchObject({ findings: [] });
    await expect(istioctl?.recorded()).resolves.toEqual([
      'x precheck --output json --kubeconfig /nonexistent/kubeconfig --context test',
      expect.stringMatching(/^install /),
    ]);
  });

  it('lets warnings pass and tells them, the worst first', async () => {
    await expect(precheck(findings('Info', 'Warning'))).resolves.toMatchObject({
      created: true,
      findings: ['Warning [IST0101] (Cluster) a Warning', 'Info [IST0101] (Cluster) a Info'],
    });
  });

  it('stops at an error, with every finding, before anything is installed', async () => {
    const client = new FakeCluster();
    await expect(precheck(findings('Error', 'Warning'), client)).rejects.toMatchObject({
      type: 'PrecheckFailed',
      nonRetryable: true,
      message: expect.stringMatching(
        /\(1 Error, 1 Warning\): Error \[IST0101\] \(Cluster\) a Error; Warning/,
      ),
      details: [expect.arrayContaining(['Warning [IST0101] (Cluster) a Warning'])],
    });
    await expect(istioctl?.recorded()).resolves.toHaveLength(1);
    expect(client.log).toEqual([]);
  });

  it('lets an error pass where a mesh is upgraded, which may cure it', async () => {
    const labels = { 'operator.istio.io/version': '1.30.2' };
    const client = new FakeCluster(istiod({ labels }), injector());
    const upgrade = { ...mesh, version: '1.31', upgrade: true };
    await expect(precheck(findings('Error'), client, upgrade)).resolves.toMatchObject({
      findings: [expect.stringContaining('Error'), expect.stringContaining('sidecars keep')],
    });
  });

  it('is not asked of a mesh that stays as it is, which needs no istioctl', async () => {
    await expect(precheck(findings('Error'), new FakeCluster(istiod(), injector()))).resolves.toMatchObject({
      findings: [],
    });
    await expect(istioctl?.recorded()).resolves.toEqual([]);
  });

  it('that cannot run for want of permissions is not tried again', async () => {
    const body = 'console.error(`Error: crds is forbidden: User "x" cannot list`); process.exit(1)';
    await expect(precheck(body)).rejects.toMatchObject({ type: 'AccessDenied', nonRetryable: true });
  });

  it('that fails for another reason may be tried again', async () => {
    await expect(precheck('console.error("Error: EOF"); process.exit(1)')).rejects.toMatchObject({
      nonRetryable: false,
      message: 'istioctl x precheck failed: Error: EOF',
    });
  });

  it('needs istioctl, and says where to get it', async () => {
    const istio = releasesWith('/nonexistent/istioctl');
    const { installMesh } = createMeshActivities({ clients: () => new FakeCluster(), istio });
    await expect(asActivity(() => installMesh({ connection, mesh, ...wants }))).rejects.toMatchObject({
      type: 'ToolMissing',
      message: expect.stringMatching(/\/nonexistent\/istioctl; install istioctl/),
    });
  });
});
