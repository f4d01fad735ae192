import type { Service } from './object.ts';

/** Host name of a Service's load balancer, else its IP; null while it has neither. */
export function balancerHost(service: Service): string | null {
  const ingress = service.status?.loadBalancer?.ingress?.[0];
  return ingress?.hostname ?? ingress?.ip ?? null;
}

/** Base URL for plain HTTP. */
export function httpUrl(host: string, port: number): string {
  const bracketed = host.includes(':') ? `[${host}]` : host;
  return `http://${bracketed}${port === 80 ? '' : `:${port}`}`;
}
