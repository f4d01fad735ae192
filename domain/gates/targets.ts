import type { Weights } from '../rollout.ts';
import type { GateSpec, ServiceSpec, SubsetSpec } from '../spec/document.ts';
import { routedSubsets } from '../weights.ts';

/** One subset that a gate judges. */
export interface GateTarget {
  readonly host: string;
  readonly subset: string;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Subsets that a gate judges under the weights of all hosts: of each of its hosts the routed subsets
 * besides the stable one, or the stable one where nothing else is routed.
 */
export function gateTargets(
  services: readonly ServiceSpec[],
  weights: Weights,
  gate: Pick<GateSpec, 'hosts'>,
): GateTarget[] {
  return services
    .filter(({ host }) => gate.hosts.includes(host))
    .flatMap((service) =>
      judgedSubsets(service, weights).map(({ name, labels }) => targetOf(service, name, labels)),
    );
}

function judgedSubsets(service: ServiceSpec, weights: Weights): SubsetSpec[] {
  const names = routedSubsets(weights[service.host] ?? {});
  const routed = service.subsets.filter(({ name }) => names.includes(name));
  const candidates = routed.filter(({ name }) => name !== service.stable);
  return candidates.length > 0 ? candidates : routed;
}

function targetOf({ host }: ServiceSpec, subset: string, labels: GateTarget['labels']): GateTarget {
  return { host, subset, labels };
}
