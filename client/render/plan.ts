import type { ClusterPlan, PlannedResource } from '../../domain/plan.ts';
import { checksOf } from '../../domain/bundles.ts';
import { describeApplication, type ApplicationObject } from '../../domain/spec/application.ts';
import { previewed } from '../../domain/previews.ts';
import type { AddonsSpec, Document, ServiceSpec } from '../../domain/spec/document.ts';
import { describeTerms } from './document.ts';

/** A plan for a person: cluster, mesh, application and stages, in the order of the rollout. */
export function formatPlan(document: Document, cluster: ClusterPlan): string {
  const { kind, name, spec } = document;
  return [
    `${kind} ${name} in namespace ${spec.namespace}`,
    '',
    `${cluster.action} ${cluster.cluster}`,
    ...cluster.creates.map(formatResource),
    ...cluster.changes.map((change) => `  ~ ${change}`),
    ...cluster.differences.map((difference) => `  stays as it is: ${difference}`),
    ...cluster.costs.map((cost) => `  cost: ${cost}`),
    ...(document.kind === 'Rollout' ? formatSetup(document) : []),
    ...previewed(spec.services).flatMap(formatPreviews),
    ...spec.stages.map(
      (stage, index) => `${index + 1}. ${stage.name}${describeTerms(stage, (words) => words)}`,
    ),
    '',
    'nothing was created',
  ].join('\n');
}

function formatPreviews({ host, subsets }: ServiceSpec): string[] {
  return subsets.map(
    ({ name, service = '' }) => `Service ${service} leads to ${host} ${name} alone until the rollout ends`,
  );
}

function formatResource({ kind, name, details }: PlannedResource): string {
  return `  + ${kind} ${name} (${details})`;
}

function formatSetup({ spec }: Extract<Document, { kind: 'Rollout' }>): string[] {
  return [
    `install Istio, profile ${spec.mesh.profile}, where there is none${spec.mesh.revision === null ? '' : ` of revision ${spec.mesh.revision}`}`,
    ...formatAddons(spec.addons),
    `apply ${describeApplication(spec.application)}`,
    ...('objects' in spec.application ? spec.application.objects.map(formatObject(spec.namespace)) : []),
    ...checksOf(spec.application).map(({ name, kind }) => `check ${name} (${kind})`),
  ];
}

function formatAddons(addons: AddonsSpec | null): string[] {
  if (addons === null) return [];
  const opened = addons.expose.length === 0 ? '' : `, open to the outside: ${addons.expose.join(', ')}`;
  return [`apply add-ons ${addons.install.join(', ')}, where they are missing${opened}`];
}

/** Whether a kind lives in namespaces, the cluster knows: just a namespace that is written out is sure. */
function formatObject(namespace: string) {
  return ({ kind, metadata }: ApplicationObject): string =>
    `  + ${kind} ${metadata.name}${metadata.namespace === undefined || metadata.namespace === namespace ? '' : ` in namespace ${metadata.namespace}`}`;
}
