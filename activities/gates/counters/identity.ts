import type { ServiceSpec, SubsetSpec } from '../../../domain/spec/document.ts';
import { workloadOf, type Pod } from '../../kubernetes/index.ts';
import { podsOfSubset } from '../../traffic/service-pods.ts';

/** What Istio's metrics can say of the pods of a subset; each set is empty where nothing is known. */
export interface SubsetIdentity {
  readonly subset: string;
  /** Values of the label `version`. */
  readonly versions: ReadonlySet<string>;
  readonly workloads: ReadonlySet<string>;
  /** Canonical revisions. */
  readonly revisions: ReadonlySet<string>;
}

/** Labels of a pod that give its canonical revision, the first that it has (istio.io/latest/docs/ops/deployment/…/canonical-service). */
const revisionLabels = [
  'service.istio.io/canonical-revision',
  'app.kubernetes.io/version',
  'version',
] as const;

/** Canonical revision of a pod without any of the labels. */
const noRevision = 'latest';

type Labels = Readonly<Record<string, string>>;

/** What is known of subsets by their own labels, before any of their pods was seen. */
export function identitiesByLabels({ subsets }: Pick<ServiceSpec, 'subsets'>): SubsetIdentity[] {
  return subsets.map(({ name, labels }) => {
    const revision = revisionIn(labels);
    return {
      subset: name,
      versions: new Set(labels.version === undefined ? [] : [labels.version]),
      workloads: new Set<string>(),
      revisions: new Set(revision === undefined ? [] : [revision]),
    };
  });
}

/**
 * Adds what pods show. Pods that are gone stay known: proxies still count the requests that went to them.
 * @param pods those behind the service
 */
export function identitiesWithPods(
  known: readonly SubsetIdentity[],
  subsets: readonly SubsetSpec[],
  pods: readonly Pod[],
): SubsetIdentity[] {
  return known.map((identity) => {
    const subset = subsets.find(({ name }) => name === identity.subset);
    const own = subset === undefined ? [] : podsOfSubset(pods, subset);
    return {
      subset: identity.subset,
      versions: union(
        identity.versions,
        own.flatMap(({ metadata }) => metadata.labels?.version ?? []),
      ),
      workloads: union(identity.workloads, own.map(workloadOf)),
      revisions: union(
        identity.revisions,
        own.map(({ metadata }) => revisionIn(metadata.labels ?? {}) ?? noRevision),
      ),
    };
  });
}

/** Subsets that Istio's metrics cannot tell apart: their pods have the same version, workload and canonical revision. */
export function indistinct(identities: readonly SubsetIdentity[]): [string, string] | null {
  for (const [index, one] of identities.entries()) {
    const twin = identities
      .slice(index + 1)
      .find((other) => facets.every((of) => overlaps(of(one), of(other))));
    if (twin !== undefined) return [one.subset, twin.subset];
  }
  return null;
}

/** What is told of the called side, in the order in which it is trusted. */
interface Called {
  readonly version: string | undefined;
  readonly workload: string | undefined;
  readonly revision: string | undefined;
}

/**
 * The subset that requests went to.
 * @returns its name; undefined for pods of no subset; null where nothing tells, or several subsets would fit
 */
export function identify(identities: readonly SubsetIdentity[], labels: Labels): string | null | undefined {
  const called = calledSide(labels);
  let fitting = identities;
  let isKnown = false;
  for (const [value, of] of [
    [called.version, versionsOf],
    [called.workload, workloadsOf],
    [called.revision, revisionsOf],
  ] as const) {
    if (value === undefined) continue;
    const narrowed = fitting.filter((identity) => of(identity).has(value));
    // A workload that was never seen says nothing against a version that was.
    if (narrowed.length > 0) [fitting, isKnown] = [narrowed, true];
    else if (!isKnown && of !== workloadsOf) return undefined;
  }
  return isKnown && fitting.length === 1 ? (fitting[0]?.subset ?? null) : null;
}

/** Istio says `unknown` of what the called side did not tell. */
function calledSide(labels: Labels): Called {
  const told = (name: string) =>
    labels[name] === 'unknown' || labels[name] === '' ? undefined : labels[name];
  const revision =
    told('destination_canonical_service') === undefined ? undefined : 'destination_canonical_revision';
  return {
    version: told('destination_version'),
    workload: told('destination_workload'),
    revision: revision === undefined ? undefined : told(revision),
  };
}

const versionsOf = ({ versions }: SubsetIdentity) => versions;
const workloadsOf = ({ workloads }: SubsetIdentity) => workloads;
const revisionsOf = ({ revisions }: SubsetIdentity) => revisions;
const facets = [versionsOf, workloadsOf, revisionsOf];

function revisionIn(labels: Labels): string | undefined {
  return revisionLabels.map((name) => labels[name]).find((value) => value !== undefined);
}

function overlaps(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return (one.size === 0 && other.size === 0) || [...one].some((value) => other.has(value));
}

function union(known: ReadonlySet<string>, more: readonly string[]): ReadonlySet<string> {
  return new Set([...known, ...more]);
}
