import { divertedSubsets, type Diversions } from '../diversions.ts';
import type { Weights } from '../rollout.ts';
import type { GateSpec, ServiceSpec, SubsetSpec } from '../spec/document.ts';
import { routedSubsets } from '../weights.ts';

/** One subset that a gate judges. */
export interface GateTarget {
  readonly host: string;
  readonly subset: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Service that has just this subset's pods; absent where the subset is one of the host's own Service. */
  readonly service?: string;
}

/**
 * Subsets that a gate judges under the weights of all hosts: of each of its hosts the subsets besides the stable one
 * that get requests, by weight or past it, or the stable one where no other does.
 */
export function gateTargets(
  services: readonly ServiceSpec[],
  weights: Weights,
  gate: Pick<GateSpec, 'hosts'>,
  diversions: Diversions = {},
): GateTarget[] {
  return services
    .filter(({ host }) => gate.hosts.includes(host))
    .flatMap((service) =>
      judgedSubsets(service, weights, diversions).map((subset) => targetOf(service, subset)),
    );
}

/**
 * The stable subset beside a target, which gets requests at the same time and is what the target is compared with;
 * null where it gets none, or is the target itself.
 */
export function stableBeside(
  services: readonly ServiceSpec[],
  weights: Weights,
  { host, subset }: GateTarget,
): GateTarget | null {
  const service = services.find((one) => one.host === host);
  const stable = service?.subsets.find(({ name }) => name === service.stable);
  if (service === undefined || stable === undefined || stable.name === subset) return null;
  const isRouted = routedSubsets(weights[host] ?? {}).includes(stable.name);
  return isRouted ? targetOf(service, stable) : null;
}

/** The subsets of a service that get requests besides the stable one, or the stable one where no other does. */
export function judgedSubsets(
  service: ServiceSpec,
  weights: Weights,
  diversions: Diversions = {},
): SubsetSpec[] {
  const names = [...routedSubsets(weights[service.host] ?? {}), ...divertedSubsets(diversions[service.host])];
  const routed = service.subsets.filter(({ name }) => names.includes(name));
  const candidates = routed.filter(({ name }) => name !== service.stable);
  return candidates.length > 0 ? candidates : routed;
}

function targetOf({ host }: ServiceSpec, { name, labels, service }: SubsetSpec): GateTarget {
  return { host, subset: name, labels, ...(service !== undefined && { service }) };
}
