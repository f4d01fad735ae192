import type { Diversions } from '../../../domain/diversions.ts';
import type { SubsetWeights } from '../../../domain/rollout.ts';
import type { RecordedRoute } from '../../../manifests/recorded-routes.ts';
import type { RecordedRule } from '../../../manifests/gateway-api/recorded-rules.ts';
import type { KubeObject } from '../../kubernetes/index.ts';
import type { RouteSource } from '../observe/wanted-splits.ts';

/** Where the routes of one object led. */
export type RecordedRouting =
  | {
      readonly virtualService: string;
      readonly namespace: string;
      readonly routes: readonly RecordedRoute[];
    }
  | { readonly httpRoute: string; readonly rules: readonly RecordedRule[] };

/**
 * How one API says where requests go, at gateways and inside the mesh. All that steers traffic goes through it, and
 * knows nothing else of the API; `routerOf` gives the one that a spec names.
 */
export interface Router<Route extends KubeObject = KubeObject> {
  readonly apiVersion: string;
  readonly kind: string;
  /**
   * Field of the spec that is the list of routes. For the API server it is one field: who changes any part owns it all.
   */
  readonly field: string;
  /** What it writes besides weights. */
  readonly diversions: Diversions;
  /** Whether a route of the object leads to the host, or the object takes the requests inside the mesh to it. */
  routesHost(route: Route, host: string): boolean;
  /**
   * The object with new weights on the routes that are steered, and with what is diverted besides. Throws, in words for
   * people, where the routes cannot say it all.
   */
  weigh(route: Route, host: string, weights: SubsetWeights): Route;
  /**
   * The object with the routes that are steered on the weights, as they were recorded where that is the same, and
   * nothing diverted. Throws, in words for people, where a route to the host cannot be put back.
   */
  restore(route: Route, host: string, weights: SubsetWeights, recorded: readonly RecordedRouting[]): Route;
  /** Where the object's steered routes to the host lead. */
  record(route: Route, host: string): RecordedRouting;
  /** How each of the object's steered routes to the host splits requests. */
  splitsOf(route: Route, host: string): SubsetWeights[];
  /** Routes to the host that stay as their owner wrote them, in words: `http route 'testers' (v2)`. */
  keptRoutes(route: Route, host: string): string[];
  /** What proxies must have of the objects for the host. */
  sourcesOf(all: readonly Route[], host: string): RouteSource[];
  /** Objects to make so that no request inside the mesh goes unrouted; `ports` are those of the host's Service. */
  missing(all: readonly Route[], host: string, ports: readonly number[], weights: SubsetWeights): Route[];
  /**
   * Throws, in words for people, where the host cannot be steered for another reason than weights.
   * @param own objects that route the host
   * @param all every object, those to leave alone included
   */
  refuse(own: readonly Route[], host: string, all: readonly Route[]): void;
  /** What somebody should know of the objects that route a host. */
  warningsOf(own: readonly Route[], host: string, all: readonly Route[]): string[];
}

/** The list of routes of an object. */
export function routesIn(router: Router, route: KubeObject): readonly unknown[] {
  const { spec = {} } = route as { spec?: Readonly<Record<string, unknown>> };
  return (spec[router.field] ?? []) as readonly unknown[];
}

/** All fields of the spec beside the routes: hosts, gateways, parents. On an object of Sluice's own they are its own, too. */
export function fieldsBesideRoutes(router: Router, route: KubeObject): object {
  const { spec = {} } = route as { spec?: object };
  return Object.fromEntries(Object.entries(spec).filter(([name]) => name !== router.field));
}

/** Those of the hosts that an object routes. */
export function hostsOf<Route extends KubeObject>(
  router: Router<Route>,
  route: Route,
  weights: Readonly<Record<string, SubsetWeights>>,
): string[] {
  return Object.keys(weights).filter((host) => router.routesHost(route, host));
}
