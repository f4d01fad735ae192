/** Routes of a VirtualService that divert requests past the weights: testers' ones, and copies of everybody's. */
import type { IVirtualService } from '@kubernetes-models/istio/networking.istio.io/v1';
import type { Copies, Diversion, RequestMatch } from '../domain/diversions.ts';
import { leadsTo, weighDestinations, type HttpRoute, type SteeredService } from './destinations.ts';
import { useOf } from './route-use.ts';
import { isTesterRoute, testerRouteName } from './tester-route.ts';
import { labelOf, namespaceOf, routeName } from './virtual-service.ts';

type Match = NonNullable<HttpRoute['match']>[number];

/** The object without what diverts the service's requests; copies are a run's own where it steers them. */
export function withoutDiversion(
  object: IVirtualService,
  service: SteeredService,
  { mirror }: Pick<Diversion, 'mirror'>,
): IVirtualService {
  const routes = object.spec?.http;
  if (routes === undefined) return object;
  const others = routes.filter(({ name }) => !isTesterRoute(name, service.host));
  const http = mirror === null ? others : others.map((route) => unmirrored(route, object, service));
  return { ...object, spec: { ...object.spec, http } };
}

/**
 * The object with what diverts the service's requests: before each route that a rollout steers one for its testers,
 * which keeps all else of it, and copies on the route itself.
 * @throws Error where a route cannot be divided so
 */
export function withDiversion(
  object: IVirtualService,
  service: SteeredService,
  { testers, mirror }: Diversion,
): IVirtualService {
  const routes = object.spec?.http;
  if (routes === undefined) return object;
  const http = routes.flatMap((route, index): HttpRoute[] => {
    if (useOf(route, service, namespaceOf(object)) !== 'steered') return [route];
    const label = `${labelOf(object)}: http route ${routeName(route, index)}`;
    const before = testers.map(({ subset, matches }) => ({
      ...route,
      name: testerRouteName(service.host, subset, index, matches),
      match: bothMatches(route.match ?? [], matches, label),
      route: weighDestinations(route.route ?? [], service.host, { [subset]: 100 }),
    }));
    return [
      ...before,
      mirror === null || mirror.percent === 0 ? route : mirrored(route, mirror, service, label),
    ];
  });
  return { ...object, spec: { ...object.spec, http } };
}

/** @throws Error where a steered route mirrors already, not by this run */
export function refuseMirrored(object: IVirtualService, service: SteeredService): void {
  (object.spec?.http ?? []).forEach((route, index) => {
    if (useOf(route, service, namespaceOf(object)) !== 'steered') return;
    if (route.mirror === undefined && (route.mirrors ?? []).length === 0) return;
    throw new Error(
      `${labelOf(object)}: http route ${routeName(route, index)} mirrors requests already: ` +
        'end that, or leave mirror out of the stages',
    );
  });
}

function mirrored(
  route: HttpRoute,
  { subset, percent }: Copies,
  { host }: SteeredService,
  label: string,
): HttpRoute {
  if (route.mirror !== undefined || (route.mirrors ?? []).length > 0)
    throw new Error(`${label} mirrors requests already: end that, or leave mirror out of the stages`);
  const model = route.route?.[0]?.destination ?? { host };
  return { ...route, mirror: { ...model, subset }, mirrorPercentage: { value: percent } };
}

function unmirrored(route: HttpRoute, object: IVirtualService, service: SteeredService): HttpRoute {
  const from = namespaceOf(object);
  const { mirror } = route;
  if (mirror === undefined || useOf(route, service, from) !== 'steered') return route;
  const isOurs =
    leadsTo(service, from)({ destination: mirror }) && service.subsets.includes(mirror.subset ?? '');
  return isOurs ? without(route, ['mirror', 'mirrorPercentage']) : route;
}

function without<T extends object>(object: T, fields: readonly (keyof T)[]): T {
  return Object.fromEntries(
    Object.entries(object).filter(([name]) => !fields.includes(name as keyof T)),
  ) as T;
}

/** Requests that a route takes and that are a tester's; a name of a match would be another route's. */
function bothMatches(own: readonly Match[], testers: readonly RequestMatch[], label: string): Match[] {
  const routes: readonly Match[] = own.length === 0 ? [{}] : own;
  return routes.flatMap((match) =>
    testers.map(({ headers }) => {
      const twice = Object.keys(headers).find((header) => match.headers?.[header] !== undefined);
      if (twice !== undefined)
        throw new Error(
          `${label} asks for header ${twice} itself: testers cannot be told by it there; name another header`,
        );
      return { ...without(match, ['name']), headers: { ...match.headers, ...headers } };
    }),
  );
}
