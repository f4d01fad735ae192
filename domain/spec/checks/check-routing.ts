import { versionService } from '../../routing.ts';
import type { Finding } from '../issues.ts';
import { type Outline, present } from '../outline.ts';
import { show } from '../show.ts';

/**
 * What HTTPRoutes need, and previews: a Service of its own for every version, in a cluster that can have the Gateway
 * API.
 */
export function checkRouting(outline: Outline): Finding[] {
  const api = outline.routing?.api;
  if (api === 'gateway-api')
    return [...checkNames(outline), ...checkCluster(outline), ...checkPreviews(outline)];
  // A value that is no API is the schema's to refuse.
  return api === undefined || api === 'istio' ? [...checkUnused(outline), ...checkPreviews(outline)] : [];
}

/** A preview is a Service that nothing else means. */
function checkPreviews(outline: Outline): Finding[] {
  const hosts = present(outline.services).flatMap(({ entry }) => entry.host ?? []);
  const versions = outline.routing?.api === 'gateway-api' ? placedSubsets(outline) : [];
  const all = present(outline.services).flatMap(({ entry: { subsets }, index: at }) =>
    present(subsets).flatMap(({ entry: { preview }, index }) =>
      preview === undefined
        ? []
        : [{ service: preview, path: ['spec', 'services', at, 'subsets', index, 'preview'], given: true }],
    ),
  );
  return all.flatMap(({ service, path }, index) => {
    const problem = nameProblem(service, hosts, [...versions, ...all.slice(0, index)]);
    return problem === null ? [] : [{ path, message: `${problem}: give the preview another name` }];
  });
}

interface PlacedService {
  readonly service: string;
  /** Whether the spec names it. */
  readonly given: boolean;
  readonly path: readonly PropertyKey[];
}

function checkUnused(outline: Outline): Finding[] {
  const message =
    'service means nothing to VirtualServices: leave it out, or set routing: { api: gateway-api } for HTTPRoutes';
  return placedSubsets(outline)
    .filter(({ given }) => given)
    .map(({ path }) => ({ path, message }));
}

/** A Service that two versions share cannot tell them apart; the service as a whole has all of them. */
function checkNames(outline: Outline): Finding[] {
  const hosts = present(outline.services).flatMap(({ entry }) => entry.host ?? []);
  const all = placedSubsets(outline);
  return all.flatMap(({ service, path }, index) => {
    const problem = nameProblem(service, hosts, all.slice(0, index));
    return problem === null
      ? []
      : [{ path, message: `${problem}: give the subset another one by its field service` }];
  });
}

function nameProblem(
  service: string,
  hosts: readonly string[],
  earlier: readonly PlacedService[],
): string | null {
  if (hosts.includes(service)) return `${show(service)} is the Service of all versions`;
  if (earlier.some((other) => other.service === service))
    return `${show(service)} is the Service of another version`;
  if (!/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(service))
    return `${show(service)} is no name of a Service: at most 63 lower-case letters, digits and '-', a letter first`;
  return null;
}

function placedSubsets(outline: Outline): PlacedService[] {
  return present(outline.services).flatMap(({ entry: { host, subsets }, index: at }) =>
    present(subsets).flatMap(({ entry: { name, service }, index }): PlacedService[] => {
      const path = ['spec', 'services', at, 'subsets', index];
      if (service !== undefined) return [{ service, path: [...path, 'service'], given: true }];
      const named = host !== undefined && name !== undefined;
      return named ? [{ service: versionService(host, name), path, given: false }] : [];
    }),
  );
}

/** Istio does not bring the Gateway API, and nobody could install it in between. */
function checkCluster({ cluster }: Outline): Finding[] {
  if (cluster?.provider !== 'eks' || cluster.existing === true) return [];
  const message =
    'gateway-api needs a cluster that has the Gateway API, and a new one of EKS has not: ' +
    'name an existing cluster (existing: true) that it was installed in, or set api: istio';
  return [{ path: ['spec', 'routing', 'api'], message }];
}
