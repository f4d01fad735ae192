/** How an application is reached from outside through the mesh's own ingress gateway. */
import { checksOf } from './bundles.ts';
import type { RoutingApi } from './routing.ts';
import { outsideChecks, type ApplicationSpec } from './spec/application.ts';

/** Labels of a gateway's pods, as the `selector` of Istio's Gateway has them. */
export type IngressSelector = Readonly<Record<string, string>>;

/** What a rollout needs of the ingress gateway. */
export interface NeededIngress {
  /** Of the Gateway among the application's objects; null where any gateway will do. */
  readonly selector: IngressSelector | null;
}

/**
 * The ingress gateway that an application needs: for the checks that ask it from outside, and to open a bundle.
 * @returns null where it needs none of the mesh's, or has one of the Gateway API
 */
export function ingressOf(application: ApplicationSpec, routing: RoutingApi): NeededIngress | null {
  if ('bundle' in application) return routing === 'gateway-api' ? null : { selector: null };
  if (outsideChecks(checksOf(application)).length === 0) return null;
  if (application.objects.some(({ apiVersion, kind }) => kind === 'Gateway' && !isIstios(apiVersion)))
    return null;
  const gateway = application.objects.find(
    ({ apiVersion, kind }) => kind === 'Gateway' && isIstios(apiVersion),
  );
  return { selector: selectorOf(gateway) };
}

function isIstios(apiVersion: string): boolean {
  return apiVersion.startsWith('networking.istio.io/');
}

function selectorOf(gateway: object | undefined): IngressSelector | null {
  const { selector } = (gateway as { spec?: { selector?: IngressSelector } } | undefined)?.spec ?? {};
  return selector === undefined || Object.keys(selector).length === 0 ? null : selector;
}
