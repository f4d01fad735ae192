import { Pool } from 'undici';
import type { Answer, Classification, Classify } from './classify.ts';

/** What is called: an address, under a name, and how to read its answers. */
export interface Target {
  readonly url: URL;
  /** `Host` header, for a proxy that routes by it; by default the one of the URL. */
  readonly host: string | undefined;
  readonly classify: Classify;
  /** Further headers of each request. */
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds for a whole answer. */
  readonly timeout: number;
  readonly maxInFlight: number;
}

export interface Outcome extends Classification {
  readonly status: number | null;
}

/** Sends single requests to the target over connections that are kept. */
export interface Sender {
  send(): Promise<Outcome>;
  close(): Promise<void>;
}

export function openTarget(target: Target): Sender {
  const pool = new Pool(target.url.origin, { connections: target.maxInFlight });
  return {
    send: () => get(pool, target).catch(describeError),
    close: () => pool.close(),
  };
}

async function get(pool: Pool, { url, host, headers: more, classify, timeout }: Target): Promise<Outcome> {
  const { statusCode, headers, body } = await pool.request({
    method: 'GET',
    path: `${url.pathname}${url.search}`,
    headers: host === undefined ? more : { ...more, host },
    signal: AbortSignal.timeout(timeout),
  });
  const answer: Answer = { status: statusCode, headers, body: await body.text() };
  return { status: statusCode, ...classify(answer) };
}

function describeError(error: unknown): Outcome {
  const { name, code } = error as { name?: string; code?: string };
  const what = name === 'TimeoutError' ? 'timeout' : `connection ${code ?? name ?? 'failed'}`;
  return { status: null, version: null, error: what };
}
