import type { SubsetWeights } from '../../../domain/rollout.ts';
import type { RecordedRoute } from '../../../manifests/recorded-routes.ts';
import type { RecordedRule } from '../../../manifests/gateway-api/recorded-rules.ts';
import type { KubeObject } from '../../kubernetes/index.ts';
import type { WantedSplit } from '../observe/wanted-splits.ts';

/** Where the routes of one object led. */
export type RecordedRouting =
  | { readonly virtualService: string; readonly routes: readonly RecordedRoute[] }
  | { readonly httpRoute: string; readonly rules: readonly RecordedRule[] };

/**
 * How one API says where requests inside the mesh go. All that steers traffic goes through it, and knows nothing else
 * of the API; `routerOf` gives the one that a spec names.
 */
export interface Router<Route extends KubeObject = KubeObject> {
  readonly apiVersion: string;
  readonly kind: string;
  /**
   * Field of the spec that is the list of routes. For the API server it is one field: who changes any part owns it all.
   */
  readonly field: string;
  /** Whether an object routes the requests inside the mesh of the Service of that name there. */
  routesHost(route: Route, host: string, namespace: string): boolean;
  /** The object with new weights on all routes to the host. Throws, in words for people, where weights cannot say it all. */
  weigh(route: Route, host: string, weights: SubsetWeights): Route;
  /** The object with its routes as they were recorded, and the weights where a record would not do; throws as `weigh`. */
  restore(route: Route, host: string, weights: SubsetWeights, recorded: readonly RecordedRouting[]): Route;
  /** Where the object's routes to the host lead. */
  record(route: Route, host: string): RecordedRouting;
  /** How each of the object's routes to the host splits requests. */
  splitsOf(route: Route, host: string): SubsetWeights[];
  /** What proxies must have of these objects for the host, in order. */
  wanted(route: Route, host: string): WantedSplit[];
  /** Name by which proxies know which of their routes outside the host's own came from the object; null for none. */
  originOf(route: Route): string | null;
  /** Fields beside the routes that say whose routes they are. */
  identityOf(route: Route): object;
  /** Objects to make so that no request to the host goes unrouted; `ports` are those of its Service. */
  missing(
    all: readonly Route[],
    host: string,
    namespace: string,
    ports: readonly number[],
    weights: SubsetWeights,
  ): Route[];
  /** Throws, in words for people, where the objects that route a host cannot be steered for another reason than weights. */
  refuse(own: readonly Route[], host: string): void;
}

/** The list of routes of an object. */
export function routesIn(router: Router, route: KubeObject): readonly unknown[] {
  const { spec = {} } = route as { spec?: Readonly<Record<string, unknown>> };
  return (spec[router.field] ?? []) as readonly unknown[];
}

/** Those of the hosts that an object routes. */
export function hostsOf<Route extends KubeObject>(
  router: Router<Route>,
  route: Route,
  weights: Readonly<Record<string, SubsetWeights>>,
  namespace: string,
): string[] {
  return Object.keys(weights).filter((host) => router.routesHost(route, host, namespace));
}
