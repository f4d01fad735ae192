/** A request of the API server for one container. */
export interface ContainerRequest {
  action: 'exec' | 'containerLogs';
  namespace: string;
  pod: string;
  container: string;
  query: URLSearchParams;
}

/** Reads `/exec/{namespace}/{pod}/{container}` and `/containerLogs/…`; `undefined` for any other path. */
export function parseRequest(url: string): ContainerRequest | undefined {
  const { pathname, searchParams } = new URL(url, 'https://kubelet');
  const [, action, namespace, pod, container, ...rest] = pathname.split('/');
  if (action !== 'exec' && action !== 'containerLogs') return undefined;
  if (!namespace || !pod || !container || rest.length > 0) return undefined;
  return { action, namespace, pod, container, query: searchParams };
}

/** Whether a flag of a query is set, as the API server writes it. */
export function flag(query: URLSearchParams, name: string): boolean {
  return ['1', 'true'].includes(query.get(name) ?? '');
}
