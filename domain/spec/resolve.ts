/** From a plain value to a document with every default filled in, or to all its mistakes. */
import { changedHosts } from '../stage-plan.ts';
import { checkApplication } from './checks/check-application.ts';
import { checkDuplicates } from './checks/check-duplicates.ts';
import { checkGates } from './checks/check-gates.ts';
import { checkServices } from './checks/check-services.ts';
import { checkWeights } from './checks/check-weights.ts';
import type { ClusterSpec, DeliverySpec, Document, GateSpec, ServiceSpec, SpecIssue } from './document.ts';
import { type Finding, findingsOf } from './issues.ts';
import { readOutline } from './outline.ts';
import {
  anyDocument,
  documents,
  type ParsedDelivery,
  type ParsedDocument,
  type ParsedGate,
  type ParsedService,
} from './schema.ts';
import { formatPath } from './show.ts';
import { heaviestSubsets } from './stable-subset.ts';

/** A document, or everything that is wrong with it. */
export type Resolution = { readonly document: Document } | { readonly issues: readonly SpecIssue[] };

/** Validates a plain value, as YAML or JSON give it. Never throws. */
export function resolveDocument(value: unknown): Resolution {
  const resolved = examine(value);
  return 'findings' in resolved ? { issues: resolved.findings.map(withoutPlace) } : resolved;
}

/** Validates a plain value; mistakes keep their paths, so that they can be found in the text. */
export function examine(value: unknown): { document: Document } | { findings: readonly Finding[] } {
  const parsed = schemaOf(value).safeParse(value);
  const shape = parsed.success ? [] : parsed.error.issues.flatMap((issue) => findingsOf(issue, value));
  const findings = withoutRepeats([...shape, ...crossChecks(value)]);
  if (findings.length > 0 || !parsed.success) return { findings };
  return { document: complete(parsed.data as ParsedDocument) };
}

/** A value can break two rules of one field, which then say the same. */
function withoutRepeats(findings: readonly Finding[]): Finding[] {
  return [
    ...new Map(findings.map((finding) => [formatPath(finding.path) + finding.message, finding])).values(),
  ];
}

function schemaOf(value: unknown) {
  const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
  return kind === 'Rollout' || kind === 'Canary' ? documents[kind] : anyDocument;
}

function crossChecks(value: unknown): Finding[] {
  const outline = readOutline(value);
  if (outline === null) return [];
  const checks = [checkDuplicates, checkServices, checkWeights, checkGates, checkApplication];
  return checks.flatMap((check) => check(outline));
}

function withoutPlace({ path, message }: Finding): SpecIssue {
  return { path: formatPath(path), message, line: null, column: null };
}

function complete({ kind, metadata: { name }, spec }: ParsedDocument): Document {
  if (kind === 'Canary') return { kind, name, spec: completeDelivery(spec) };
  const { mesh, application, onFailure } = spec;
  return { kind, name, spec: { ...completeDelivery(spec), mesh, application, onFailure } };
}

function completeDelivery(spec: ParsedDelivery): DeliverySpec {
  const hosts = judgedByDefault(spec);
  return {
    cluster: completeCluster(spec.cluster),
    namespace: spec.namespace,
    services: spec.services.map((service) => completeService(service, spec)),
    stages: spec.stages.map(({ gates, ...stage }) => ({
      ...stage,
      gates: (gates ?? spec.gates).map((gate) => completeGate(gate, hosts)),
    })),
    prometheus: spec.metrics?.prometheus.address ?? null,
    inconclusive: spec.inconclusive,
    observeTimeout: spec.observeTimeout,
  };
}

function judgedByDefault({ stages, services }: ParsedDelivery): string[] {
  const changed = changedHosts(stages);
  return changed.length > 0 ? changed : services.map(({ host }) => host);
}

function completeCluster(cluster: ParsedDelivery['cluster']): ClusterSpec {
  if (cluster.provider === 'lab') return cluster;
  return { provider: cluster.provider, path: cluster.path ?? null, context: cluster.context ?? null };
}

function completeService({ host, subsets, stable }: ParsedService, { stages }: ParsedDelivery): ServiceSpec {
  const heaviest = heaviestSubsets(stages[0]?.weights[host] ?? {});
  return { host, subsets, stable: stable ?? heaviest[0] ?? '' };
}

function completeGate(parsed: ParsedGate, defaultHosts: readonly string[]): GateSpec {
  const { successRate, latency, hosts = defaultHosts, ...common } = parsed;
  if (latency !== undefined) return { ...common, hosts, kind: 'latency', ...latency };
  return { ...common, hosts, kind: 'successRate', min: successRate?.min ?? 1 };
}
