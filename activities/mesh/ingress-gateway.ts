/** The Service by which a mesh is reached from outside: found, whatever its name and namespace are. */
import { istioNamespace } from '../../domain/istio.ts';
import type { IngressSelector } from '../../domain/ingress.ts';
import type { ClusterClient } from '../kubernetes/client.ts';
import { describeRef, refOf, selectorOf, type Service } from '../kubernetes/object.ts';

/** The gateway's Service, or why there is none to name. */
export type FoundIngress = { readonly service: Service } | { readonly missing: string };

/** Name of a Gateway's proxies in their label `istio`: that of Istio's own profiles. */
const usual = 'ingressgateway';

/** Names of proxies that let nobody in from outside. */
const others = /egress|east-?west|^(pilot|istiod|ztunnel)/;

/**
 * Finds the ingress gateway of the mesh.
 * @param client of the cluster
 * @param selector of the Gateway that the application is behind; null for whichever the mesh has
 */
export async function findIngress(
  client: ClusterClient,
  selector: IngressSelector | null,
): Promise<FoundIngress> {
  const services = await client.list<Service>('v1', 'Service');
  const found = selector === null ? gatewaysOf(services) : services.filter((one) => isBehind(one, selector));
  const [first, ...more] = found.filter(isOpen);
  if (first === undefined) return { missing: describeNone(selector) };
  if (more.length === 0) return { service: first };
  const names = [first, ...more].map((one) => describeRef(refOf(one))).join(', ');
  return {
    missing: `the mesh has several ingress gateways, ${names}: bring a Gateway whose selector names one (application.manifests)`,
  };
}

function describeNone(selector: IngressSelector | null): string {
  if (selector !== null) return `no Service leads to the gateway with the labels ${selectorOf(selector)}`;
  return 'the mesh has no ingress gateway (no Service leads to pods with the label istio=ingressgateway, or of another gateway)';
}

/** Those with Istio's own name count before others, and of these the one beside the control plane. */
function gatewaysOf(services: readonly Service[]): Service[] {
  const gateways = services.filter((service) => isGateway(service));
  const named = gateways.filter((service) => nameOf(service) === usual);
  const beside = named.filter(({ metadata }) => metadata.namespace === istioNamespace);
  return [beside, named, gateways].find((some) => some.length > 0) ?? [];
}

function isGateway(service: Service): boolean {
  const name = nameOf(service);
  return name !== undefined && !others.test(name);
}

function nameOf({ spec, metadata }: Service): string | undefined {
  return spec.selector?.istio ?? metadata.labels?.istio;
}

/** Whether a Service leads to the pods that a Gateway selects. */
function isBehind({ spec, metadata }: Service, selector: IngressSelector): boolean {
  const labels = { ...metadata.labels, ...spec.selector };
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

/** A headless Service, or one for the proxies' own ports alone, is no way in. */
function isOpen({ spec }: Service): boolean {
  return (spec.ports ?? []).some(
    ({ name, port }) => ['http', 'http2', 'https'].includes(name ?? '') || [80, 443].includes(port),
  );
}
