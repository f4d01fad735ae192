/** What of a Service says where its load balancer is. */
interface Balanced {
  readonly status?: {
    readonly loadBalancer?: {
      readonly ingress?: readonly { readonly hostname?: string; readonly ip?: string }[];
    };
  };
}

/** Host name of a Service's load balancer, else its IP; null while it has neither. */
export function balancerHost(service: Balanced): string | null {
  const ingress = service.status?.loadBalancer?.ingress?.[0];
  return ingress?.hostname ?? ingress?.ip ?? null;
}

/** Base URL for plain HTTP. */
export function httpUrl(host: string, port: number): string {
  const bracketed = host.includes(':') ? `[${host}]` : host;
  return `http://${bracketed}${port === 80 ? '' : `:${port}`}`;
}
