import type { ServiceSpec } from '../../../domain/spec/document.ts';
import type { ClusterClient, KubeObject } from '../../kubernetes/index.ts';
import { listIfServed } from './gateway-api.ts';

/** What Istio's own ingress controller takes; other controllers' requests come from proxies or follow no weights. */
const ingressClass = 'istio';
const classAnnotation = 'kubernetes.io/ingress.class';

interface Backend {
  readonly service?: { readonly name?: string };
}

interface Ingress extends KubeObject {
  readonly spec?: {
    readonly ingressClassName?: string;
    readonly defaultBackend?: Backend;
    readonly rules?: readonly {
      readonly http?: { readonly paths?: readonly { readonly backend?: Backend }[] };
    }[];
  };
}

/** Those of a list of objects that lead to a service. */
export type LeadingTo = (namespace: string, service: ServiceSpec) => readonly KubeObject[];

/**
 * Ingresses of Istio's class that lead to a service: their routes are to the whole of it.
 * @param client of the cluster
 */
export async function ingressesTo(client: ClusterClient): Promise<LeadingTo> {
  const all = await listIfServed<Ingress>(client, 'networking.k8s.io/v1', 'Ingress');
  const ours = all.filter(isIstios);
  return (namespace, { host }) =>
    ours.filter((ingress) => ingress.metadata.namespace === namespace && backendsOf(ingress).includes(host));
}

function isIstios({ metadata, spec }: Ingress): boolean {
  return (spec?.ingressClassName ?? metadata.annotations?.[classAnnotation]) === ingressClass;
}

function backendsOf({ spec }: Ingress): (string | undefined)[] {
  const rules = (spec?.rules ?? []).flatMap(({ http }) => http?.paths ?? []);
  return [spec?.defaultBackend, ...rules.map(({ backend }) => backend)].map((one) => one?.service?.name);
}
