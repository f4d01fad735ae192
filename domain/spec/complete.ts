/** Fills in what a right document leaves to others of its parts. */
import { checksOf } from '../bundles.ts';
import { defaultMeshProfile } from '../defaults.ts';
import { versionService, type RoutingApi } from '../routing.ts';
import { changedHosts } from '../stage-plan.ts';
import type { ApplicationSpec } from './application.ts';
import type {
  ClusterSpec,
  DeliverySpec,
  Document,
  GateSpec,
  MeshSpec,
  ServiceSpec,
  SubsetSpec,
} from './document.ts';
import type { ParsedApplication } from './schema/application.ts';
import type { ParsedDelivery, ParsedDocument } from './schema/document.ts';
import type { ParsedEks } from './schema/eks-cluster.ts';
import type { ParsedGate } from './schema/gate.ts';
import type { ParsedMesh } from './schema/installation.ts';
import type { ParsedService, ParsedSubset } from './schema/service.ts';
import { heaviestSubsets } from './stable-subset.ts';

/** The document with every default. */
export function complete({ kind, metadata: { name }, spec }: ParsedDocument): Document {
  if (kind === 'Canary') return { kind, name, spec: completeDelivery(spec) };
  const { addons = null, onFailure } = spec;
  const application = completeApplication(spec.application);
  const mesh = completeMesh(spec.mesh);
  return { kind, name, spec: { ...completeDelivery(spec), mesh, addons, application, onFailure } };
}

function completeDelivery(spec: ParsedDelivery): DeliverySpec {
  const hosts = judgedByDefault(spec);
  return {
    cluster: completeCluster(spec.cluster),
    namespace: spec.namespace,
    services: spec.services.map((service) => completeService(service, spec)),
    routing: spec.routing.api,
    ignore: spec.routing.ignore.map(({ kind, name, namespace = spec.namespace, port }) => ({
      kind,
      name,
      namespace,
      ...(port !== undefined && { port }),
    })),
    stages: spec.stages.map(({ gates, match, mirror, ...stage }) => ({
      ...stage,
      ...(match !== undefined && { match }),
      ...(mirror !== undefined && { mirror }),
      gates: (gates ?? spec.gates).map((gate) => completeGate(gate, hosts)),
    })),
    prometheus: spec.metrics?.prometheus ?? null,
    inconclusive: spec.inconclusive,
    observeTimeout: spec.observeTimeout,
    drift: spec.drift,
    progressDeadline: spec.progressDeadline,
    retry: spec.retry,
    notifications: spec.notifications,
  };
}

/** Sources that are files have become objects by now. */
function completeApplication({ bundle, objects = [], checks }: ParsedApplication): ApplicationSpec {
  const source = bundle === undefined ? { objects } : { bundle };
  return { ...source, checks: checks ?? checksOf(source) };
}

function completeMesh({ version, revision, profile, operator, upgrade, set }: ParsedMesh): MeshSpec {
  return {
    version: version ?? null,
    revision: revision ?? null,
    profile: profile ?? operator?.spec?.profile ?? defaultMeshProfile,
    operator: operator ?? null,
    upgrade,
    set,
  };
}

function judgedByDefault({ stages, services }: ParsedDelivery): string[] {
  const changed = changedHosts(stages);
  return changed.length > 0 ? changed : services.map(({ host }) => host);
}

function completeCluster(cluster: ParsedDelivery['cluster']): ClusterSpec {
  if (cluster.provider === 'lab') return cluster;
  if (cluster.provider === 'eks') return completeEks(cluster);
  return { provider: cluster.provider, path: cluster.path ?? null, context: cluster.context ?? null };
}

function completeEks(cluster: ParsedEks): ClusterSpec {
  const { provider, name, existing, version, managedNodeGroups = [], ...rest } = cluster;
  const { region = null, profile = null, kubeconfig = null, ...config } = rest;
  const named = { provider, name, region, profile, kubeconfig };
  if (existing) return { ...named, existing };
  return {
    ...named,
    existing,
    version: version ?? null,
    managedNodeGroups,
    config,
  };
}

function completeService({ host, subsets, stable }: ParsedService, spec: ParsedDelivery): ServiceSpec {
  const heaviest = heaviestSubsets(spec.stages[0]?.weights[host] ?? {});
  return {
    host,
    subsets: subsets.map((subset) => completeSubset(host, subset, spec.routing.api)),
    stable: stable ?? heaviest[0] ?? '',
  };
}

function completeSubset(
  host: string,
  { name, labels, service, preview }: ParsedSubset,
  api: RoutingApi,
): SubsetSpec {
  return {
    name,
    labels,
    ...(api === 'gateway-api' && { service: service ?? versionService(host, name) }),
    ...(preview !== undefined && { preview }),
  };
}

function completeGate({ hosts, ...gate }: ParsedGate, defaultHosts: readonly string[]): GateSpec {
  return { ...gate, hosts: hosts ?? defaultHosts };
}
