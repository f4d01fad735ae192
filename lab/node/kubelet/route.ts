/** A request of the API server for one pod; of port-forwards, `container` is empty. */
export interface PodRequest {
  action: 'exec' | 'containerLogs' | 'portForward';
  namespace: string;
  pod: string;
  container: string;
  query: URLSearchParams;
}

/** How many names follow each action in its path: `/exec/{namespace}/{pod}/{container}`, `/portForward/{namespace}/{pod}`. */
const names: Readonly<Record<PodRequest['action'], number>> = { exec: 3, containerLogs: 3, portForward: 2 };

/** Reads the path that an action has; `undefined` for any other path. */
export function parseRequest(url: string): PodRequest | undefined {
  const { pathname, searchParams } = new URL(url, 'https://kubelet');
  const [, action = '', ...given] = pathname.split('/');
  if (!isAction(action) || given.length !== names[action] || given.includes('')) return undefined;
  const [namespace = '', pod = '', container = ''] = given;
  return { action, namespace, pod, container, query: searchParams };
}

function isAction(text: string): text is PodRequest['action'] {
  return Object.hasOwn(names, text);
}

/** Whether a flag of a query is set, as the API server writes it. */
export function flag(query: URLSearchParams, name: string): boolean {
  return ['1', 'true'].includes(query.get(name) ?? '');
}
