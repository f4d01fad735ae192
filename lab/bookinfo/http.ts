import type { IncomingHttpHeaders } from 'node:http';

/** A request as far as Bookinfo looks at it. */
export interface Call {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: () => Promise<string>;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type Handler = (call: Call) => Reply | Promise<Reply>;

/** A reply with a JSON body. */
export function json(status: number, value: unknown): Reply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

/** A reply with an HTML page. */
export function html(body: string): Reply {
  return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}

/** A reply with plain text. */
export function text(status: number, body: string): Reply {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}

/** Number at the end of a path such as `/reviews/0`; null if the path is another, NaN if it ends in no number. */
export function readId(path: string, prefix: string): number | null {
  if (!path.startsWith(prefix)) return null;
  const id = path.slice(prefix.length);
  return /^\d{1,9}$/.test(id) ? Number(id) : Number.NaN;
}
