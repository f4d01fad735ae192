import type { IDestinationRule } from '@kubernetes-models/istio/networking.istio.io/v1';
import type { SubsetSpec } from '../domain/spec/document.ts';
import type { Manifest } from './manifest.ts';

type Subset = NonNullable<NonNullable<IDestinationRule['spec']>['subsets']>[number];

function sameLabels(given: Readonly<Record<string, string>>, wanted: SubsetSpec['labels']): boolean {
  const names = Object.keys(wanted);
  return Object.keys(given).length === names.length && names.every((name) => given[name] === wanted[name]);
}

function refuseOtherMeaning(rule: IDestinationRule, subsets: readonly SubsetSpec[]): void {
  for (const wanted of subsets) {
    const given = rule.spec?.subsets?.find(({ name }) => name === wanted.name);
    if (given === undefined || sameLabels(given.labels ?? {}, wanted.labels)) continue;
    throw new Error(
      `DestinationRule ${rule.metadata?.namespace ?? 'default'}/${rule.metadata?.name ?? ''} has subset '${wanted.name}' ` +
        `with labels ${JSON.stringify(given.labels ?? {})}, the spec says ${JSON.stringify(wanted.labels)}: ` +
        'make the two agree, or give the subset another name',
    );
  }
}

function toSubset({ name, labels }: SubsetSpec): Subset {
  return { name, labels: { ...labels } };
}

/**
 * A DestinationRule that gives the versions of a host their subset names.
 * @param trafficPolicy what the rule that decided for the host until now says of it
 */
export function destinationRule(
  host: string,
  namespace: string,
  subsets: readonly SubsetSpec[],
  trafficPolicy?: NonNullable<IDestinationRule['spec']>['trafficPolicy'],
): IDestinationRule & Manifest {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { name: host, namespace },
    spec: {
      host,
      ...(trafficPolicy !== undefined && { trafficPolicy }),
      subsets: subsets.map(toSubset),
    },
  };
}

/**
 * The existing rule with the missing subsets added behind its own; nothing of it is dropped or changed.
 * Throws when a subset of the same name selects by other labels: routes would mean something else than the spec.
 */
export function addSubsets(existing: IDestinationRule, subsets: readonly SubsetSpec[]): IDestinationRule {
  refuseOtherMeaning(existing, subsets);
  const present = existing.spec?.subsets ?? [];
  const missing = subsets.filter(({ name }) => !present.some((subset) => subset.name === name));
  if (missing.length === 0 || existing.spec === undefined) return existing;
  return { ...existing, spec: { ...existing.spec, subsets: [...present, ...missing.map(toSubset)] } };
}
