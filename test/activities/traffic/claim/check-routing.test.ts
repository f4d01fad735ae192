import { describe, expect, it } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/activity';
import type { KubeObject } from '../../../../activities/kubernetes/index.ts';
import { createTrafficActivities } from '../../../../activities/traffic/index.ts';
import { messageOf } from '../../../../domain/message-of.ts';
import { asActivity } from '../../support/activity.ts';
import { connection } from '../../support/objects.ts';
import { destinationRule, FakeMesh, reviews, service, versionPod, virtualService } from '../fake-mesh.ts';

const versions = ['v1', 'v2', 'v3'];
const subsets = versions.map((name) => ({ name, labels: { version: name } }));

function meshOf(...objects: KubeObject[]): FakeMesh {
  const mesh = new FakeMesh(
    service('reviews'),
    ...versions.map((version) => versionPod(version)),
    ...objects,
  );
  mesh.proxy('productpage', () => []);
  return mesh;
}

function claim(mesh: FakeMesh) {
  const { claimTargets } = createTrafficActivities(mesh.deps());
  const holder = { workflowId: 'rollout/lab/default/reviews', runId: 'run-1' };
  return asActivity(() => claimTargets({ connection, namespace: 'default', services: [reviews], ...holder }));
}

/** What a claim says that is refused for good, with nothing written. */
async function refusal(mesh: FakeMesh): Promise<string> {
  const claiming = claim(mesh);
  await expect(claiming).rejects.toMatchObject({ type: 'InvalidTarget', nonRetryable: true });
  expect(mesh.writes).toEqual([]);
  return claiming.then(() => '', messageOf);
}

const to = (host: string, subset?: string) => ({
  destination: { host, ...(subset === undefined ? {} : { subset }) },
});

function routing(name = 'my-routes', more: object = {}): KubeObject & { spec: object } {
  return virtualService(name, { hosts: ['reviews'], http: [{ route: [to('reviews', 'v1')] }], ...more });
}

function changed<T extends KubeObject>(object: T, metadata: Partial<KubeObject['metadata']>): T {
  return { ...object, metadata: { ...object.metadata, ...metadata } };
}

const flagger = { ownerReferences: [{ kind: 'Canary', name: 'reviews', controller: true }] };
const argo = { annotations: { 'argo-rollouts.argoproj.io/managed-by-rollouts': 'reviews' } };

describe('a claim tells', () => {
  it('how many pods carry all requests, and what the routes say', async () => {
    const extra = versionPod('v1');
    const mesh = meshOf(routing(), changed(extra, { name: 'reviews-v1-b' }));
    expect(await claim(mesh)).toEqual({
      capacity: { reviews: 2 },
      previous: {
        reviews: [
          {
            virtualService: 'my-routes',
            namespace: 'default',
            routes: [{ match: [], destinations: [to('reviews', 'v1')] }],
          },
        ],
      },
      warnings: [],
    });
  });

  it('of a service that does not name its pods no number of them', async () => {
    const bare = { ...service('reviews'), spec: {} };
    expect((await claim(meshOf(bare))).capacity).toEqual({});
  });
});

describe('a claim refuses, before anything is changed,', () => {
  it('a service that nobody calls through a proxy', async () => {
    const mesh = new FakeMesh(service('reviews'), ...versions.map((version) => versionPod(version)));
    expect(await refusal(mesh)).toContain('no pod that could call reviews has a running sidecar');
  });

  it('two VirtualServices for one host, and names both', async () => {
    const full = routing('theirs', { hosts: ['reviews.default.svc.cluster.local'] });
    expect(await refusal(meshOf(routing(), full))).toContain(
      'VirtualService default/my-routes and VirtualService default/theirs route reviews',
    );
  });

  it('routes that the worker may not list', async () => {
    const mesh = meshOf(routing());
    const list = mesh.list.bind(mesh);
    mesh.list = (apiVersion, kind, options) =>
      kind === 'VirtualService'
        ? Promise.reject(
            ApplicationFailure.nonRetryable('cannot list VirtualServices: forbidden', 'AccessDenied'),
          )
        : list(apiVersion, kind, options);
    await expect(claim(mesh)).rejects.toMatchObject({ type: 'AccessDenied', nonRetryable: true });
    expect(mesh.writes).toEqual([]);
  });

  it.each<[string, object, string]>([
    [
      'a route that mixes hosts',
      { http: [{ route: [to('reviews'), to('legacy')] }] },
      'splits requests between reviews and legacy',
    ],
    ['a tcp route', { tcp: [{ route: [to('reviews')] }] }, 'has a tcp route to reviews'],
    ['a tls route', { tls: [{ match: [], route: [to('reviews')] }] }, 'has a tls route to reviews'],
    ['routes that all lead elsewhere', { http: [{ route: [to('legacy')] }] }, 'has no http route to reviews'],
  ])('%s', async (_, more, words) => {
    const said = await refusal(meshOf(routing('my-routes', more)));
    expect(said).toContain('VirtualService default/my-routes');
    expect(said).toContain(words);
  });

  it.each([
    ['Flagger', flagger, 'Canary reviews'],
    ['Argo Rollouts', argo, "Argo Rollouts' Rollout reviews"],
  ])('a VirtualService that %s keeps', async (_, metadata, owner) => {
    expect(await refusal(meshOf(changed(routing(), metadata)))).toContain(
      `VirtualService default/my-routes routes reviews and is kept by ${owner}`,
    );
  });

  it('a DestinationRule that lacks subsets and is kept by a controller', async () => {
    const rule = changed(destinationRule('theirs', { host: 'reviews', subsets: subsets.slice(1) }), flagger);
    expect(await refusal(meshOf(rule))).toContain(
      'DestinationRule default/theirs lacks subsets of reviews and is kept by Canary reviews',
    );
  });

  it('a DestinationRule whose subset means other pods', async () => {
    const other = [{ name: 'v2', labels: { track: 'canary' } }];
    expect(await refusal(meshOf(destinationRule('theirs', { host: 'reviews', subsets: other })))).toContain(
      "DestinationRule default/theirs has subset 'v2'",
    );
  });
});

describe('a claim leaves be', () => {
  it('a controller’s DestinationRule that has all subsets: it stays as it is', async () => {
    const rule = changed(destinationRule('theirs', { host: 'reviews', subsets }), flagger);
    await expect(claim(meshOf(rule, routing()))).resolves.toMatchObject({ warnings: [] });
  });

  it('an owner that is no controller', async () => {
    const owned = changed(routing(), { ownerReferences: [{ kind: 'App', name: 'shop' }] });
    await expect(claim(meshOf(owned))).resolves.toMatchObject({ warnings: [] });
  });

  it('routing of a service of the same name elsewhere', async () => {
    const elsewhere = changed(routing('elsewhere'), { namespace: 'other' });
    const { previous } = await claim(meshOf(elsewhere));
    expect(previous).toEqual({});
  });

  it('what a tool deploys, with a warning that names it and what keeps it from the routes', async () => {
    const metadata = { annotations: { 'argocd.argoproj.io/tracking-id': 'shop:networking.istio.io/…' } };
    const { warnings } = await claim(meshOf(changed(routing(), metadata)));
    expect(warnings).toEqual([
      'VirtualService default/my-routes is kept by Argo CD (Application shop), which may undo shifts when it syncs: ' +
        'give the Application ignoreDifferences for /spec/http of the VirtualService and the sync option ' +
        'RespectIgnoreDifferences=true (docs/gitops.md)',
    ]);
  });
});
