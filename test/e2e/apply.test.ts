import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  type ClusterClient,
  clientFor,
  type KubeObject,
  refOf,
  removeAll,
} from '../../activities/kubernetes/index.ts';
import { applyEach } from '../../activities/kubernetes/ownership.ts';
import { bundle } from '../../manifests/bundles.ts';
import { asActivity } from '../activities/support/activity.ts';
import { Lab } from './fixtures/lab.ts';

jest.setTimeout(20 * 60_000);

const manager = 'sluice-application';

/** A step whose worker died is begun again: by another attempt, while controllers act on what the first one applied. */
describe('what a lost attempt applied', () => {
  let lab: Lab;
  let client: ClusterClient;
  const objects: readonly KubeObject[] = bundle('bookinfo').objects('default');

  beforeAll(async () => {
    lab = await Lab.up('apply');
    const { kubeconfig } = await lab.describe('--only', 'cluster');
    client = clientFor({ name: lab.name, kubeconfig, context: null });
  });

  afterAll(async () => {
    await lab.down();
  });

  it('is not written again', async () => {
    expect(await applied()).toEqual(objects.map(nameOf));
    // At once, while pods come up, and later.
    for (const pause of [0, 500, 3_000]) {
      await sleep(pause);
      expect(await applied()).toEqual([]);
    }
  });

  it('is written again where somebody has changed it since, and nothing else is', async () => {
    const [service] = objects.filter(({ kind }) => kind === 'Service');
    if (service === undefined) throw new Error('Bookinfo has no Service');
    await asActivity(() => client.merge(refOf(service), { metadata: { labels: { app: 'another' } } }));
    expect(await applied()).toEqual([nameOf(service)]);
    expect(await applied()).toEqual([]);
  });

  it('is written again where it is to be another, and by another manager', async () => {
    const [deployment] = objects.filter(({ kind }) => kind === 'Deployment');
    if (deployment === undefined) throw new Error('Bookinfo has no Deployment');
    const { labels } = deployment.metadata;
    const changed = {
      ...deployment,
      metadata: { ...deployment.metadata, labels: { ...labels, tier: 'web' } },
    };
    expect(await applied([changed])).toEqual([nameOf(deployment)]);
    expect(await applied([changed])).toEqual([]);
    // Leaving a field out gives it up.
    expect(await applied([deployment])).toEqual([nameOf(deployment)]);
    expect(await applied([deployment], 'sluice')).toEqual([nameOf(deployment)]);
    expect(await applied([deployment], 'sluice')).toEqual([]);
  });

  it('is all this run’s to remove', async () => {
    const created = await asActivity(() => applyEach(client, objects, undefined, manager));
    expect(created).toEqual(objects.map(refOf));
    await asActivity(() => removeAll(client, created));
  });

  /** Applies as one more attempt of the run; names of what it wrote. */
  async function applied(some = objects, as = manager): Promise<string[]> {
    const written: string[] = [];
    const counting: ClusterClient = {
      ...client,
      apply: (object, by) => {
        written.push(nameOf(object));
        return client.apply(object, by);
      },
    };
    await asActivity(() => applyEach(counting, some, undefined, as));
    return written;
  }
});

function nameOf({ kind, metadata: { name } }: KubeObject): string {
  return `${kind} ${name}`;
}
