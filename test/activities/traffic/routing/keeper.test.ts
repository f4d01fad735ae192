import { describe, expect, it } from '@jest/globals';
import type { KubeObject, ObjectMeta } from '../../../../activities/kubernetes/index.ts';
import { keeperNamed, keeperOf } from '../../../../activities/traffic/routing/keeper.ts';
import { virtualService } from '../fake-mesh.ts';

function kept(change: Partial<ObjectMeta>): KubeObject {
  const object = virtualService('reviews', {});
  return { ...object, metadata: { ...object.metadata, ...change } };
}

const writtenBy = (manager: string) => [
  { manager, operation: 'Update' as const, fieldsV1: { 'f:spec': { 'f:http': {} } } },
];

const helm = { 'app.kubernetes.io/managed-by': 'Helm' };
const release = { 'meta.helm.sh/release-name': 'shop', 'meta.helm.sh/release-namespace': 'default' };

describe('the keeper of an object, by its labels and annotations', () => {
  it.each<[string, Partial<ObjectMeta>]>([
    [
      'Argo CD (Application shop)',
      {
        annotations: {
          'argocd.argoproj.io/tracking-id': 'shop:networking.istio.io/VirtualService:default/reviews',
        },
      },
    ],
    ['Argo CD (Application shop)', { labels: { 'argocd.argoproj.io/instance': 'shop' } }],
    [
      'Flux (Kustomization flux-system/apps)',
      {
        labels: {
          'kustomize.toolkit.fluxcd.io/name': 'apps',
          'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
        },
      },
    ],
    [
      'Flux (HelmRelease shop/reviews)',
      {
        labels: {
          ...helm,
          'helm.toolkit.fluxcd.io/name': 'reviews',
          'helm.toolkit.fluxcd.io/namespace': 'shop',
        },
        annotations: release,
      },
    ],
    [
      'Config Sync (RootSync root-sync)',
      {
        labels: {
          'configmanagement.gke.io/sync-kind': 'RootSync',
          'configmanagement.gke.io/sync-name': 'root-sync',
        },
        annotations: { 'configmanagement.gke.io/managed': 'enabled' },
      },
    ],
    [
      'Fleet (bundle default-shop)',
      { labels: helm, annotations: { ...release, 'objectset.rio.cattle.io/id': 'default-shop' } },
    ],
    ['kapp (app 1588343775164821000)', { labels: { 'kapp.k14s.io/app': '1588343775164821000' } }],
    ['Helm (release shop)', { labels: helm, annotations: release }],
    ['kustomize (its output)', { labels: { 'app.kubernetes.io/managed-by': 'kustomize-v5.8.1' } }],
  ])('is %s', (name, change) => {
    expect(keeperOf(kept(change), 'http')?.name).toBe(name);
  });

  it.each<[string, Partial<ObjectMeta>]>([
    [
      'a label that charts give their objects, whoever applies them',
      { labels: { ...helm, 'app.kubernetes.io/instance': 'shop' } },
    ],
    [
      'Config Sync that was told to leave it',
      { annotations: { 'configmanagement.gke.io/managed': 'disabled' } },
    ],
    [
      'an add-on of k3s',
      {
        annotations: {
          'objectset.rio.cattle.io/id': '',
          'objectset.rio.cattle.io/owner-gvk': 'k3s.cattle.io/v1, Kind=Addon',
        },
      },
    ],
    ['a person', { managedFields: writtenBy('kubectl-edit') }],
    ['nothing', {}],
  ])('is not told by %s', (_what, change) => {
    expect(keeperOf(kept(change), 'http')).toBeNull();
  });
});

describe('the keeper of an object, by who wrote its spec', () => {
  it.each([
    ['argocd-controller', 'Argo CD (Application shop)'],
    ['argocd-application-controller', 'Argo CD (Application shop)'],
    ['kustomize-controller', 'Flux'],
    ['helm-controller', 'Flux'],
    ['configsync', 'Config Sync'],
    ['fleetagent', 'Fleet'],
    ['kapp-server-side-apply', 'kapp'],
    ['helm', 'Helm'],
  ])('%s is %s', (manager, name) => {
    const object = kept({
      labels: { 'app.kubernetes.io/instance': 'shop' },
      managedFields: writtenBy(manager),
    });
    expect(keeperOf(object, 'http')?.name).toBe(name);
  });

  it('is not who wrote other fields alone', () => {
    const managedFields = [{ manager: 'helm', fieldsV1: { 'f:metadata': {} } }];
    expect(keeperOf(kept({ managedFields }), 'http')).toBeNull();
  });
});

describe('the writer of a change', () => {
  const object = kept({ annotations: { 'argocd.argoproj.io/tracking-id': 'shop:…' } });

  it('is the tool, with what keeps it from the routes of that kind of object', () => {
    expect(keeperNamed('argocd-controller', object, 'http')).toEqual({
      name: 'Argo CD (Application shop)',
      remedy:
        'give the Application ignoreDifferences for /spec/http of the VirtualService ' +
        'and the sync option RespectIgnoreDifferences=true',
    });
    expect(keeperNamed('argocd-controller', { ...object, kind: 'HTTPRoute' }, 'rules')?.remedy).toContain(
      '/spec/rules of the HTTPRoute',
    );
  });

  it('is no tool where a person edits what a tool keeps', () => {
    expect(keeperNamed('kubectl-edit', object, 'http')).toBeNull();
  });
});
