import { afterEach, describe, expect, it } from '@jest/globals';
import { createMeshActivities } from '../../../activities/mesh/index.ts';
import { asActivity } from '../support/activity.ts';
import { FakeCluster } from '../support/fake-cluster.ts';
import { fakeIstioctl } from '../support/fake-program.ts';
import { connection, deployment, meshSpec, noReleases } from '../support/objects.ts';

let istioctl: Awaited<ReturnType<typeof fakeIstioctl>> | undefined;

afterEach(async () => {
  await istioctl?.remove();
  istioctl = undefined;
});

const mesh = meshSpec;

/** Installs a mesh with an istioctl whose precheck does as `body` says. */
async function precheck(body: string, client = new FakeCluster()) {
  istioctl = await fakeIstioctl(`record(args.join(' ')); if (args[0] === 'x') { ${body} }`);
  const { installMesh } = createMeshActivities({ clients: () => client, istio: noReleases });
  const istio = { istioctl: istioctl.path, set: [] };
  return asActivity(() => installMesh({ connection: { ...connection, istio }, mesh }));
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

  it('lets an error pass where a mesh is running already', async () => {
    const istiod = deployment('istiod', 'istio-system');
    await expect(precheck(findings('Error'), new FakeCluster(istiod))).resolves.toMatchObject({
      findings: [expect.stringContaining('Error')],
    });
  });

  it('asks for no permission to install what is running already', async () => {
    const istiod = deployment('istiod', 'istio-system');
    const lack = { code: 'IST0141', level: 'Error', message: 'Missing required permission to create' };
    const body = finding([lack, { code: 'IST0136', level: 'Warning', message: 'alpha' }]);
    await expect(precheck(body, new FakeCluster(istiod))).resolves.toMatchObject({
      findings: ['Warning [IST0136] alpha'],
    });
    await istioctl?.remove();
    await expect(precheck(body)).rejects.toMatchObject({ type: 'PrecheckFailed' });
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
    const { installMesh } = createMeshActivities({ clients: () => new FakeCluster(), istio: noReleases });
    const istio = { istioctl: '/nonexistent/istioctl', set: [] };
    await expect(
      asActivity(() => installMesh({ connection: { ...connection, istio }, mesh })),
    ).rejects.toMatchObject({
      type: 'ToolMissing',
      message: expect.stringMatching(/\/nonexistent\/istioctl; install istioctl/),
    });
  });
});
