/** DestinationRules that decide for a service's callers besides the one that declares the subsets. */
import { istioNamespace } from '../../../domain/istio.ts';
import type { ServiceSpec } from '../../../domain/spec/document.ts';
import { isSameHost, isWildcardFor } from '../../../manifests/host.ts';
import { describeRef } from '../../kubernetes/index.ts';
import { invalidTarget } from '../failure.ts';
import type { DestinationRule } from '../routing/routing-object.ts';

/** Fields of a policy that hold for the whole service. */
type Policy = NonNullable<NonNullable<DestinationRule['spec']>['trafficPolicy']>;

/**
 * Refuses a service for some of whose callers another DestinationRule decides, which does not declare the subsets: a
 * route to a subset that a caller does not know answers 503. Istio asks the caller's namespace first, then the service's.
 * @returns warnings
 * @throws ApplicationFailure `InvalidTarget`, not retryable
 */
export function checkDestinationRules(
  all: readonly DestinationRule[],
  service: ServiceSpec,
  namespace: string,
): string[] {
  const own = all.filter((rule) => namespaceOf(rule) === namespace && means(rule, service.host, namespace));
  for (const rule of all) refuseForCallers(rule, own, service, namespace);
  return own
    .filter(({ spec }) => !isPublic(spec?.exportTo))
    .map((rule) => privateWarning(rule, service.host));
}

/**
 * The policy that a new DestinationRule of the service takes over from the one that decides now, by a wildcard or from
 * Istio's root namespace: Istio follows the most specific rule alone.
 */
export function inheritedPolicy(
  all: readonly DestinationRule[],
  host: string,
  namespace: string,
): Policy | undefined {
  const deciding = (space: string) =>
    all
      .filter((rule) => namespaceOf(rule) === space && rule.spec?.workloadSelector === undefined)
      .filter((rule) => space === namespace || isPublic(rule.spec?.exportTo))
      .filter(
        (rule) => means(rule, host, namespace) || isWildcardFor(rule.spec?.host ?? '', { host, namespace }),
      )
      .sort((one, other) => specificity(other) - specificity(one))[0];
  return (deciding(namespace) ?? deciding(istioNamespace))?.spec?.trafficPolicy;
}

function refuseForCallers(
  rule: DestinationRule,
  own: readonly DestinationRule[],
  service: ServiceSpec,
  namespace: string,
): void {
  const { host } = service;
  const isElsewhere = ![namespace, istioNamespace].includes(namespaceOf(rule));
  const isSelective = rule.spec?.workloadSelector !== undefined;
  if (!(isElsewhere || (isSelective && own.includes(rule)))) return;
  if (
    !means(rule, host, namespace) &&
    !(isElsewhere && isWildcardFor(rule.spec?.host ?? '', { host, namespace }))
  )
    return;
  const declared = (rule.spec?.subsets ?? []).map(({ name }) => name);
  const missing = service.subsets.map(({ name }) => name).filter((name) => !declared.includes(name));
  if (missing.length === 0) return;
  throw invalidTarget(
    `${labelOf(rule)} decides for callers of ${host} ${isElsewhere ? `in namespace ${namespaceOf(rule)}` : 'that its workloadSelector names'} ` +
      `and has no subset ${missing.join(', ')}: their requests would fail; declare the subsets in it too, or remove it`,
  );
}

function privateWarning(rule: DestinationRule, host: string): string {
  const to = (rule.spec?.exportTo ?? []).join(', ');
  return `${labelOf(rule)} is exported to ${to} alone: routes of callers elsewhere to a subset of ${host} would fail`;
}

function means({ metadata, spec }: DestinationRule, host: string, namespace: string): boolean {
  return isSameHost(spec?.host ?? '', host, namespace, metadata.namespace ?? 'default');
}

function specificity({ spec }: DestinationRule): number {
  const host = spec?.host ?? '';
  return host.startsWith('*') ? host.length : Infinity;
}

function isPublic(exportTo: readonly string[] = []): boolean {
  return exportTo.length === 0 || exportTo.includes('*');
}

function namespaceOf({ metadata }: DestinationRule): string {
  return metadata.namespace ?? 'default';
}

function labelOf({ metadata }: DestinationRule): string {
  return describeRef({ kind: 'DestinationRule', ...metadata });
}
