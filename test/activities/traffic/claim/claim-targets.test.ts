import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../../../activities/kubernetes/index.ts';
import { createTrafficActivities } from '../../../../activities/traffic/index.ts';
import type { ServiceSpec } from '../../../../domain/spec/document.ts';
import { asActivity } from '../../support/activity.ts';
import { connection } from '../../support/objects.ts';
import { FakeMesh, reviews, service, versionPod } from '../fake-mesh.ts';

const key = 'Lease/default/sluice-reviews';
const ours = 'rollout/lab/default/reviews';

function meshOf(...objects: KubeObject[]): FakeMesh {
  return called(
    new FakeMesh(service('reviews'), ...['v1', 'v2', 'v3'].map((version) => versionPod(version)), ...objects),
  );
}

/** With somebody who calls reviews through a proxy. */
function called(mesh: FakeMesh): FakeMesh {
  mesh.proxy('productpage', () => []);
  return mesh;
}

function claim(
  mesh: FakeMesh,
  { services = [reviews], open = true, workflowId = ours, runId = 'run-1', weights = [] as object[] } = {},
) {
  const { claimTargets } = createTrafficActivities(mesh.deps(() => Promise.resolve(open)));
  const input = { connection, namespace: 'default', services, workflowId, runId };
  const given = weights.length > 0 ? { weights: weights as [] } : {};
  return asActivity(() => claimTargets({ ...input, ...given }));
}

function lock(mesh: FakeMesh, open: boolean) {
  const { lockTargets } = createTrafficActivities(mesh.deps(() => Promise.resolve(open)));
  const holder = { workflowId: `restore/${ours}`, runId: 'run-2' };
  return asActivity(() => lockTargets({ connection, namespace: 'default', services: [reviews], ...holder }));
}

function release(mesh: FakeMesh, workflowId = ours) {
  const { releaseTargets } = createTrafficActivities(mesh.deps());
  return asActivity(() =>
    releaseTargets({ connection, namespace: 'default', services: [reviews], workflowId }),
  );
}

function lease(host: string, holderIdentity: string): KubeObject & { spec: object } {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: `sluice-${host}`, namespace: 'default' },
    spec: { holderIdentity },
  };
}

describe('a lock without a look at the routes', () => {
  it('is taken over from a run that is closed, whatever the services are like', async () => {
    const mesh = new FakeMesh(lease('reviews', `${ours}/run-1`));
    await lock(mesh, false);
    expect(mesh.spec(key)).toMatchObject({ holderIdentity: `restore/${ours}/run-2` });
  });

  it('is refused while a run is open, its own rollout included', async () => {
    const mesh = new FakeMesh(lease('reviews', `${ours}/run-1`));
    await expect(lock(mesh, true)).rejects.toMatchObject({ type: 'TargetBusy', nonRetryable: true });
    expect(mesh.spec(key)).toEqual({ holderIdentity: `${ours}/run-1` });
  });
});

describe('a claim', () => {
  it('is a Lease in the name of the run, and one run may claim twice', async () => {
    const mesh = meshOf();
    await claim(mesh);
    const writes = mesh.writes.length;
    expect(mesh.spec(key)).toMatchObject({ holderIdentity: `${ours}/run-1` });
    await claim(mesh);
    expect(mesh.writes).toHaveLength(writes);
  });

  it('is refused while another open workflow has the service, and names it', async () => {
    const mesh = meshOf(lease('reviews', 'other/workflow/run-9'));
    const claiming = claim(mesh, { open: true });
    await expect(claiming).rejects.toThrow(
      'reviews is in the hands of rollout other/workflow, which is still open',
    );
    await expect(claiming).rejects.toMatchObject({ type: 'TargetBusy', nonRetryable: true });
    expect(mesh.spec(key)).toEqual({ holderIdentity: 'other/workflow/run-9' });
  });

  it('is taken over from a workflow that is not open', async () => {
    const mesh = meshOf(lease('reviews', 'other/workflow/run-9'));
    await expect(claim(mesh, { open: false })).resolves.toMatchObject({
      warnings: expect.arrayContaining([
        'Lease default/sluice-reviews was taken over from other/workflow, which is no open rollout',
      ]),
    });
    expect(mesh.spec(key)).toMatchObject({ holderIdentity: `${ours}/run-1` });
  });

  it.each(['garbage', '/run-9', 'other/', 'x/\u001b[31m', `other/${'x'.repeat(5_000)}`, '🏴/ /'])(
    'is not taken over from %j, which is no run, and says what to do',
    async (identity) => {
      const mesh = meshOf(lease('reviews', identity));
      for (const open of [true, false])
        await expect(claim(mesh, { open })).rejects.toMatchObject({
          type: 'TargetBusy',
          nonRetryable: true,
          message: expect.stringMatching(
            // eslint-disable-next-line no-control-regex
            /^Lease default\/sluice-reviews is held by "[^\x00-\x1f]{1,300}", which is no run of a rollout: delete the Lease/,
          ),
        });
      expect(mesh.spec(key)).toEqual({ holderIdentity: identity });
    },
  );

  it('is not hindered by a Lease that holds no text', async () => {
    const odd = { ...lease('reviews', ''), spec: { holderIdentity: 7 } };
    const mesh = meshOf(odd);
    await claim(mesh);
    expect(mesh.spec(key)).toMatchObject({ holderIdentity: `${ours}/run-1` });
  });

  it('is taken over from an earlier run of the same workflow without asking', async () => {
    const mesh = meshOf(lease('reviews', `${ours}/run-0`));
    await claim(mesh, { open: true });
    expect(mesh.spec(key)).toMatchObject({ holderIdentity: `${ours}/run-1` });
  });

  it('is lost to a run that was faster', async () => {
    const mesh = meshOf();
    mesh.beforeApply = ({ metadata }) => {
      if (metadata.resourceVersion !== undefined) mesh.put(lease('reviews', 'other/workflow/run-9'));
      mesh.beforeApply = metadata.resourceVersion === undefined ? mesh.beforeApply : () => undefined;
    };
    await expect(claim(mesh)).rejects.toMatchObject({ type: 'TargetBusy' });
    expect(mesh.spec(key)).toEqual({ holderIdentity: 'other/workflow/run-9' });
  });

  it('is for all services or none', async () => {
    const ratings: ServiceSpec = { ...reviews, host: 'zratings', subsets: [] };
    const mesh = meshOf(service('zratings'), lease('zratings', 'other/workflow/run-9'));
    await expect(claim(mesh, { services: [ratings, reviews] })).rejects.toMatchObject({ type: 'TargetBusy' });
    expect(mesh.objects.has(key)).toBe(false);
    expect(mesh.objects.has('Lease/default/sluice-zratings')).toBe(true);
  });

  it('keeps what an earlier attempt took when a later service is busy', async () => {
    const ratings: ServiceSpec = { ...reviews, host: 'zratings', subsets: [] };
    const mesh = meshOf(
      service('zratings'),
      lease('reviews', `${ours}/run-1`),
      lease('zratings', 'other/run-9'),
    );
    await expect(claim(mesh, { services: [reviews, ratings] })).rejects.toMatchObject({ type: 'TargetBusy' });
    expect(mesh.objects.has(key)).toBe(true);
  });

  it('names the services that exist when one does not', async () => {
    const mesh = meshOf(service('details'));
    const claiming = claim(mesh, { services: [{ ...reviews, host: 'review' }] });
    await expect(claiming).rejects.toThrow(
      'no Service review in namespace default: there are details, reviews',
    );
    await expect(claiming).rejects.toMatchObject({ type: 'InvalidTarget', nonRetryable: true });
    expect(mesh.writes).toEqual([]);
  });

  it('names the versions that exist when a subset has no pod', async () => {
    const mesh = new FakeMesh(service('reviews'), versionPod('v1'), versionPod('v2'));
    await expect(claim(mesh)).rejects.toThrow(
      'no pod of Service reviews has the labels version=v3 of subset v3: its pods have version=v1, version=v2',
    );
  });

  it('does not ask for subsets that never get requests', async () => {
    const mesh = called(new FakeMesh(service('reviews'), versionPod('v1'), versionPod('v2')));
    await claim(mesh, { weights: [{ reviews: { v1: 90, v2: 10, v3: 0 } }] });
    expect(mesh.objects.has(key)).toBe(true);
  });

  it('needs a ready pod of each subset', async () => {
    const mesh = new FakeMesh(
      service('reviews'),
      versionPod('v1'),
      versionPod('v2', 'False'),
      versionPod('v3'),
    );
    await expect(claim(mesh)).rejects.toThrow('none of the 1 pods of reviews v2 is ready');
  });
});

describe('a release', () => {
  it('gives back what the workflow holds', async () => {
    const mesh = meshOf(lease('reviews', `${ours}/run-1`));
    await release(mesh);
    await release(mesh);
    expect(mesh.objects.has(key)).toBe(false);
  });

  it('leaves what another holds', async () => {
    const mesh = meshOf(lease('reviews', 'other/workflow/run-9'));
    await release(mesh);
    expect(mesh.objects.has(key)).toBe(true);
  });
});
