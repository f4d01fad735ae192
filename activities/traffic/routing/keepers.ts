/** Tools that keep objects as a repository or a chart has them: how each is known, what keeps it from the routes. */
import type { KubeObject } from '../../kubernetes/index.ts';

/** Labels and annotations of an object together. */
type Marks = Readonly<Record<string, string>>;

export interface KeeperTool {
  /** As its own documentation calls it. */
  readonly tool: string;
  /** Names under which it writes, as managedFields have them. */
  readonly managers: readonly string[];
  /** What keeps the object, as in `Application shop`; null where its labels and annotations name none of the tool. */
  readonly keptBy: (marks: Marks) => string | null;
  /** What makes it leave routes alone while a rollout steers them. */
  readonly remedy: (object: KubeObject, field: string) => string;
}

/**
 * Ordered: one that builds on another's labels comes first, as Flux's HelmReleases and Fleet's bundles do on Helm's.
 * Sources: argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking and /sync-options,
 * fluxcd.io/flux/components/kustomize/kustomizations and /helm/helmreleases,
 * cloud.google.com/kubernetes-engine/config-sync/docs/reference/labels-and-annotations,
 * fleet.rancher.io (correctDrift), carvel.dev/kapp/docs (rebaseRules), helm.sh/docs/chart_best_practices/labels.
 */
export const keeperTools: readonly KeeperTool[] = [
  {
    tool: 'Argo CD',
    managers: ['argocd-controller', 'argocd-application-controller'],
    keptBy: (marks) => {
      const name =
        marks['argocd.argoproj.io/tracking-id']?.split(':')[0] ?? marks['argocd.argoproj.io/instance'];
      return name === undefined ? null : `Application ${name}`;
    },
    remedy: ({ kind }, field) =>
      `give the Application ignoreDifferences for /spec/${field} of the ${kind} and the sync option RespectIgnoreDifferences=true`,
  },
  {
    tool: 'Flux',
    managers: ['kustomize-controller'],
    keptBy: (marks) => named(marks, 'Kustomization', 'kustomize.toolkit.fluxcd.io'),
    remedy: ({ kind }) =>
      `give the ${kind} in Git the annotation kustomize.toolkit.fluxcd.io/ssa: IfNotPresent, ` +
      'or the object kustomize.toolkit.fluxcd.io/reconcile: disabled for the time of the rollout',
  },
  {
    tool: 'Flux',
    managers: ['helm-controller'],
    keptBy: (marks) => named(marks, 'HelmRelease', 'helm.toolkit.fluxcd.io'),
    remedy: ({ kind }, field) =>
      `give the HelmRelease an entry in driftDetection.ignore for /spec/${field} of the ${kind}, and upgrade it after the rollout`,
  },
  {
    tool: 'Config Sync',
    managers: ['configsync', 'configsync.gke.io'],
    keptBy: (marks) =>
      marks['configmanagement.gke.io/managed'] === 'enabled'
        ? `${marks['configmanagement.gke.io/sync-kind'] ?? 'sync'} ${marks['configmanagement.gke.io/sync-name'] ?? ''}`.trim()
        : null,
    remedy: ({ kind }) =>
      `give the ${kind} in Git the annotation client.lifecycle.config.k8s.io/mutation: ignore`,
  },
  {
    tool: 'Fleet',
    managers: ['fleetagent'],
    keptBy: (marks) => {
      // Addons of k3s bear the same annotation, with their own kind as the owner.
      const bundle = marks['objectset.rio.cattle.io/owner-gvk']
        ? undefined
        : marks['objectset.rio.cattle.io/id'];
      return bundle === undefined ? null : `bundle ${bundle}`;
    },
    remedy: () =>
      'leave correctDrift off in its GitRepo for the time of the rollout, and deploy no new commit',
  },
  {
    tool: 'kapp',
    managers: ['kapp', 'kapp-server-side-apply'],
    keptBy: (marks) => (marks['kapp.k14s.io/app'] ? `app ${marks['kapp.k14s.io/app']}` : null),
    remedy: ({ kind }, field) =>
      `give its Config a rebaseRule for the path [spec, ${field}] of the ${kind}, type copy, sources [existing, new]`,
  },
  {
    tool: 'Helm',
    managers: ['helm'],
    keptBy: (marks) => {
      const release = marks['meta.helm.sh/release-name'];
      return release === undefined ? null : `release ${release}`;
    },
    remedy: () => 'upgrade the release after the rollout',
  },
  {
    tool: 'kustomize',
    managers: [],
    keptBy: (marks) =>
      marks['app.kubernetes.io/managed-by']?.startsWith('kustomize-') ? 'its output' : null,
    remedy: () => 'apply its output after the rollout',
  },
];

function named(marks: Marks, kind: string, group: string): string | null {
  const name = marks[`${group}/name`];
  if (name === undefined) return null;
  const namespace = marks[`${group}/namespace`];
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}
