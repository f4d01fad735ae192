import { describe, expect, it } from '@jest/globals';
import { createMeshActivities } from '../../../activities/mesh/index.ts';
import { createdByAnnotation, type KubeObject } from '../../../activities/kubernetes/index.ts';
import { asActivity } from '../support/activity.ts';
import { FakeCluster } from '../support/fake-cluster.ts';
import { injector, istiod } from './fixtures.ts';
import { connection, deployment, meshSpec, namespace, noReleases } from '../support/objects.ts';

const input = { connection, namespace: 'shop', mesh: meshSpec };

/** A cluster with the default control plane, and what else is there. */
function meshed(...objects: KubeObject[]): FakeCluster {
  return new FakeCluster(istiod(), injector(), ...objects);
}

function label(client: FakeCluster, runId?: string) {
  const activities = createMeshActivities({ clients: () => client, istio: noReleases });
  return asActivity(() => activities.labelNamespace(input), runId);
}

function unlabel(client: FakeCluster) {
  const activities = createMeshActivities({ clients: () => client, istio: noReleases });
  return asActivity(() => activities.unlabelNamespace(input));
}

describe('labelNamespace', () => {
  it('labels a namespace, and has done so in every attempt of the run', async () => {
    const client = meshed(namespace('shop', { labels: { team: 'a' } }));
    await expect(label(client)).resolves.toEqual({ created: true });
    await expect(label(client)).resolves.toEqual({ created: true });
    expect(client.objects.get('Namespace/shop')?.metadata.labels).toEqual({
      team: 'a',
      'istio-injection': 'enabled',
    });
    expect(client.log).toHaveLength(1);
  });

  it('makes the namespace where there is none', async () => {
    const client = meshed();
    await expect(label(client)).resolves.toEqual({ created: true });
    expect(client.objects.get('Namespace/shop')?.metadata.annotations?.[createdByAnnotation]).toBeDefined();
  });

  it('did not do what another run or a person did', async () => {
    const byPerson = meshed(namespace('shop', { labels: { 'istio-injection': 'enabled' } }));
    await expect(label(byPerson)).resolves.toEqual({ created: false });
    const byRun = meshed();
    await label(byRun, 'run-1');
    await expect(label(byRun, 'run-2')).resolves.toEqual({ created: false });
  });

  it.each([
    [{ 'istio.io/rev': 'canary' }, 'istio.io/rev=canary'],
    [{ 'istio-injection': 'disabled' }, 'istio-injection=disabled'],
  ])('respects the label %j', async (labels, shown) => {
    const client = meshed(namespace('shop', { labels }));
    await expect(label(client)).rejects.toMatchObject({
      type: 'InvalidTarget',
      message: expect.stringContaining(`namespace shop is labelled ${shown}`),
    });
    expect(client.log).toEqual([]);
  });
});

describe('unlabelNamespace', () => {
  it('takes the label and its mark back, and nothing else', async () => {
    const client = meshed(namespace('shop'));
    await label(client);
    await unlabel(client);
    expect(client.log.at(-1)).toBe(
      'merge Namespace/shop {"metadata":{"labels":{"istio-injection":null},"annotations":{"sluice.dev/labelled-by":null,"sluice.dev/labelled-with":null}}}',
    );
  });

  it('changes nothing where no run has put a label, or one took it back', async () => {
    const client = meshed(namespace('shop', { labels: { 'istio-injection': 'enabled' } }));
    await unlabel(client);
    expect(client.log).toEqual([]);
  });

  it('removes a namespace that Sluice made and nothing is left in', async () => {
    const client = meshed();
    await label(client);
    await unlabel(client);
    expect(client.objects.has('Namespace/shop')).toBe(false);
  });

  it('keeps a namespace that Sluice made when somebody works in it', async () => {
    const client = meshed(deployment('theirs', 'shop'));
    await label(client);
    await unlabel(client);
    expect(client.objects.has('Namespace/shop')).toBe(true);
  });

  it('is fine where there is no such namespace', async () => {
    const client = meshed();
    await unlabel(client);
    expect(client.log).toEqual([]);
  });
});
