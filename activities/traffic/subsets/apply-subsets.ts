import type { ClusterConnection, ObjectRef } from '../../../domain/rollout.ts';
import type { ServiceSpec } from '../../../domain/spec/document.ts';
import { addSubsets, destinationRule } from '../../../manifests/destination-rule.ts';
import { isSameHost } from '../../../manifests/host.ts';
import type { ActivityDeps } from '../../deps.ts';
import type { ClusterClient } from '../../kubernetes/index.ts';
import { awaitProxies } from '../observe/await-proxies.ts';
import { clusterLack, clusterQuery } from '../observe/cluster-dump.ts';
import { retryConflicts } from '../routing/conflict.ts';
import { refuseAsTarget } from '../failure.ts';
import { servedIstioApi } from '../routing/istio-api.ts';
import {
  fieldsOf,
  madeByThisRun,
  markedNew,
  type DestinationRule,
  type Ensured,
} from '../routing/routing-object.ts';
import type { RoutedBy } from '../routing/router-of.ts';
import { inheritedPolicy } from './destination-rules.ts';
import { applyVersionServices } from './version-services/apply.ts';

export interface ApplySubsetsInput extends RoutedBy {
  readonly connection: ClusterConnection;
  readonly namespace: string;
  readonly services: readonly ServiceSpec[];
  /** Milliseconds that proxies may take to have the subsets. */
  readonly observeTimeout: number;
}

export interface DeclaredSubsets {
  /** What this run made. */
  readonly created: ObjectRef[];
  /** Which proxies did not confirm that they can send to the subsets. */
  readonly warnings: readonly string[];
}

/**
 * Declares the subsets of services, and waits until every proxy can send to them: a route that names a subset which
 * the proxy does not have yet answers 503. For HTTPRoutes a subset is a Service of its own. What a DestinationRule already says stays. Fails with `InvalidTarget`,
 * not retryable, when a subset of the same name means other pods.
 */
export async function applySubsets(deps: ActivityDeps, input: ApplySubsetsInput): Promise<DeclaredSubsets> {
  const { connection, namespace, services, observeTimeout } = input;
  const client = deps.clients(connection);
  if (input.routing === 'gateway-api')
    return await applyVersionServices(client, { namespace, services, observeTimeout });
  const ensured = await retryConflicts(() => writeSubsets(client, namespace, services));
  const warnings = await awaitProxies(client, {
    what: `the subsets of ${services.map(({ host }) => host).join(', ')}`,
    timeout: observeTimeout,
    delay: 0,
    query: clusterQuery(namespace),
    lackOf: (dump) => clusterLack(dump, services, namespace),
  });
  return { created: madeByThisRun(ensured), warnings };
}

async function writeSubsets(
  client: ClusterClient,
  namespace: string,
  services: readonly ServiceSpec[],
): Promise<Ensured[]> {
  const all = await listDestinationRules(client);
  const ensured = await Promise.all(
    services.map((service) => ensureSubsets(client, namespace, service, all)),
  );
  return ensured.flat();
}

/** The DestinationRules of all namespaces: those of others decide for callers there. */
export async function listDestinationRules(client: ClusterClient): Promise<DestinationRule[]> {
  return client.list<DestinationRule>(await servedIstioApi(client), 'DestinationRule');
}

/** A service's rule, and what becomes of it: itself where it has what it is to declare. */
export interface SubsetEdit {
  readonly rule: DestinationRule;
  readonly edited: DestinationRule;
}

/** What declaring a service's subsets changes in the rules that it has; nothing for a service without any. */
export function planSubsets(
  service: ServiceSpec,
  namespace: string,
  all: readonly DestinationRule[],
): SubsetEdit[] {
  const rules = all.filter((rule) => isFor(rule, service.host, namespace));
  return rules.map((rule) => ({
    rule,
    edited: refuseAsTarget(() => addSubsets(rule, subsetsFor(rule, rules, service))) as DestinationRule,
  }));
}

async function ensureSubsets(
  client: ClusterClient,
  namespace: string,
  service: ServiceSpec,
  all: readonly DestinationRule[],
): Promise<Ensured[]> {
  const edits = planSubsets(service, namespace, all);
  if (edits.length === 0) {
    const trafficPolicy = inheritedPolicy(all, service.host, namespace);
    const made = destinationRule(service.host, namespace, service.subsets, trafficPolicy) as DestinationRule;
    const manifest = { ...made, apiVersion: await servedIstioApi(client) } as DestinationRule;
    const others = all.filter(({ metadata }) => metadata.namespace === namespace);
    return [{ object: await client.apply(markedNew(manifest, others)), written: true }];
  }
  return Promise.all(edits.map((edit) => writeRule(client, edit)));
}

/** Istio merges the subsets of all rules of a host: what one of them declares, the first need not. */
function subsetsFor(rule: DestinationRule, rules: readonly DestinationRule[], { subsets }: ServiceSpec) {
  return subsets.filter(
    ({ name }) =>
      declares(rule, name) || (rule === rules[0] && !rules.some((other) => declares(other, name))),
  );
}

function declares({ spec }: DestinationRule, subset: string): boolean {
  return spec?.subsets?.some(({ name }) => name === subset) ?? false;
}

/** A rule with a workload selector holds for some callers alone. */
function isFor({ metadata, spec }: DestinationRule, host: string, namespace: string): boolean {
  return (
    (metadata.namespace ?? 'default') === namespace &&
    spec !== undefined &&
    spec.workloadSelector === undefined &&
    isSameHost(spec.host, host, namespace)
  );
}

async function writeRule(client: ClusterClient, { rule, edited }: SubsetEdit): Promise<Ensured> {
  if (edited === rule) return { object: rule, written: false };
  const subsets = edited.spec?.subsets ?? [];
  const body = fieldsOf(rule, { subsets }, { host: rule.spec?.host });
  return { object: await client.apply(body), written: true };
}
