import type { RoutingApi } from '../../../domain/routing.ts';
import type { ServiceSpec } from '../../../domain/spec/document.ts';
import type { Router } from './router.ts';
import { httpRoutes } from './http-route.ts';
import { virtualServices } from './virtual-service.ts';

/** What an activity is told of the API that a spec names. */
export interface RoutedBy {
  /** Absent: Istio's own. */
  readonly routing?: RoutingApi | undefined;
}

/** The router of an API, for services of a namespace. */
export function routerOf({ routing }: RoutedBy, services: readonly ServiceSpec[], namespace: string): Router {
  return routing === 'gateway-api' ? httpRoutes(services, namespace) : virtualServices;
}
