import type { IncomingHttpHeaders } from 'node:http';

/**
 * Headers that an application in a mesh hands on, so that the proxies' spans of one request join into one trace and
 * routes can match on the user: those that Bookinfo's programs propagate.
 * https://istio.io/latest/docs/tasks/observability/distributed-tracing/overview/#trace-context-propagation
 */
const propagated = [
  'x-request-id',
  'x-b3-traceid',
  'x-b3-spanid',
  'x-b3-parentspanid',
  'x-b3-sampled',
  'x-b3-flags',
  'b3',
  'x-ot-span-context',
  'traceparent',
  'tracestate',
  'end-user',
  'user-agent',
];

/** The headers of a request that go on to the services it leads to. */
export function propagatedHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const found = propagated.flatMap((name) => {
    const value = headers[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return Object.fromEntries(found);
}
