import type { IncomingHttpHeaders } from 'node:http';

/** An answer that came whole. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Which version answered, and what was wrong with the answer; either can be unknown or absent. */
export interface Classification {
  readonly version: string | null;
  readonly error: string | null;
}

export type Classify = (answer: Answer) => Classification;

/** Version in a pod's name: `reviews-v2-5d8f9-x2k` is of `v2`. */
const versionInPodName = /-(v\d+)(?:-|$)/;

/** Classifies Bookinfo's productpage by the version of reviews: by the pod that served them, else by the stars. */
export const classifyPage: Classify = ({ status, body }) => {
  if (status !== 200) return { version: null, error: `status ${status}` };
  if (!body.includes('<title>Simple Bookstore App</title>'))
    return { version: null, error: 'not productpage' };
  return { version: pageVersion(body), error: pageError(body) };
};

/** Classifies a JSON answer by a field that holds a pod's name, as reviews itself answers. */
export function classifyByField(field: string): Classify {
  return classifyByText(({ body }) => readField(body, field), `no field ${field}`);
}

/** Classifies an answer by a header that holds a pod's name. */
export function classifyByHeader(header: string): Classify {
  return classifyByText(({ headers }) => headers[header.toLowerCase()], `no header ${header}`);
}

/** Classifies the answer to a gRPC call, which says in a header how it ended, by a header that holds a pod's name. */
export function classifyGrpc(header: string): Classify {
  const byHeader = classifyByHeader(header);
  return (answer) => {
    const classified = byHeader(answer);
    const status = answer.headers['grpc-status'] ?? '0';
    return status === '0' ? classified : { ...classified, error: `gRPC status ${String(status)}` };
  };
}

function classifyByText(find: (answer: Answer) => unknown, missing: string): Classify {
  return (answer) => {
    const text = find(answer);
    const version = typeof text === 'string' ? versionOf(text) : null;
    if (answer.status !== 200) return { version, error: `status ${answer.status}` };
    return { version, error: version === null ? missing : null };
  };
}

function versionOf(podName: string): string | null {
  return versionInPodName.exec(podName)?.[1] ?? null;
}

function readField(body: string, field: string): unknown {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? Reflect.get(value, field) : undefined;
  } catch {
    // Not JSON: the field is missing, which is what the caller says.
    return undefined;
  }
}

function pageError(body: string): string | null {
  const what = /Sorry, product (details|reviews) are currently unavailable/.exec(body)?.[1];
  if (what !== undefined) return `${what} unavailable`;
  return body.includes('Ratings service is currently unavailable') ? 'ratings unavailable' : null;
}

function pageVersion(body: string): string | null {
  const podName = /Reviews served by:?\s*([\w.-]+)/.exec(body)?.[1];
  return (podName === undefined ? null : versionOf(podName)) ?? versionByStars(body);
}

function versionByStars(body: string): string | null {
  const color = /<(?:div|font)\b[^>]*\b(?:text-|color=")(black|red)\b/.exec(body)?.[1];
  if (color !== undefined) return color === 'black' ? 'v2' : 'v3';
  return body.includes('Book Reviews') ? 'v1' : null;
}
