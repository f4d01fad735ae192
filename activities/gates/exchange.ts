import { request, type Dispatcher } from 'undici';
import { readBounded } from '../requests/read-bounded.ts';

/** A request to a source of metrics. */
export interface Exchange {
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly dispatcher?: Dispatcher | undefined;
  /** Bytes that the answer may have. */
  readonly limit: number;
  readonly signal: AbortSignal;
}

export interface Response {
  readonly status: number;
  readonly contentType: string;
  /** Where a redirect leads to; null for none. */
  readonly location: string | null;
  /** Null where there is more than the limit. */
  readonly text: string | null;
}

/** Sends a request and reads its answer, up to a limit. Redirects are not followed: credentials are for one address. */
export async function exchange({
  url,
  method = 'GET',
  headers,
  body,
  dispatcher,
  limit,
  signal,
}: Exchange): Promise<Response> {
  const response = await request(url, {
    method,
    headers,
    body: body ?? null,
    signal,
    ...(dispatcher !== undefined && { dispatcher }),
  });
  return {
    status: response.statusCode,
    contentType: headerOf(response.headers['content-type']) ?? '',
    location: headerOf(response.headers.location),
    text: await readBounded(response.body, limit),
  };
}

function headerOf(value: string | string[] | undefined): string | null {
  return (Array.isArray(value) ? value[0] : value) ?? null;
}
