import { request } from 'undici';
import { formatDuration } from '../../domain/duration.ts';

/** Longest wait for one answer, in ms; Prometheus' own limit is two minutes, a gate's sample is no use by then. */
const answerTimeout = 5_000;

/** One series of an instant vector. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** May be NaN. */
  readonly value: number;
}

/** The series that a query gave, perhaps none; or why it gave no answer. */
export type Answer = { readonly series: readonly Series[] } | { readonly trouble: string };

export interface InstantQuery {
  /** Base URL of Prometheus; null when none is known. */
  readonly prometheus: string | null;
  readonly query: string;
  /** Epoch ms at which the query is evaluated. */
  readonly at: number;
  readonly signal: AbortSignal;
  /** Milliseconds. */
  readonly timeout?: number;
}

/** Body of Prometheus' answers, good and bad. */
interface Body {
  readonly status?: string;
  readonly errorType?: string;
  readonly error?: string;
  readonly data?: {
    readonly resultType?: string;
    readonly result?: readonly {
      readonly metric?: Readonly<Record<string, string>>;
      readonly value?: readonly [number, string];
    }[];
  };
}

/**
 * Asks Prometheus for an instant vector. Whatever goes wrong is an answer, with the query and the server's words;
 * cancellation alone is thrown.
 */
export async function queryInstant(question: InstantQuery): Promise<Answer> {
  const { prometheus, query, signal, timeout = answerTimeout } = question;
  if (prometheus === null) {
    return { trouble: 'no Prometheus is known: give its address in spec.metrics.prometheus.address' };
  }
  const patience = AbortSignal.timeout(timeout);
  try {
    return await ask(prometheus, question, AbortSignal.any([signal, patience]));
  } catch (error) {
    signal.throwIfAborted();
    const reason = patience.aborted ? `nothing came within ${formatDuration(timeout)}` : reasonOf(error);
    return { trouble: `Prometheus at ${prometheus} does not answer ${query}: ${reason}` };
  }
}

async function ask(prometheus: string, { query, at }: InstantQuery, signal: AbortSignal): Promise<Answer> {
  const url = new URL('api/v1/query', prometheus.endsWith('/') ? prometheus : `${prometheus}/`);
  url.searchParams.set('query', query);
  url.searchParams.set('time', (at / 1000).toFixed(3));
  const response = await request(url, {
    headers: { accept: 'application/json' },
    signal,
  });
  const text = await response.body.text();
  return read(`Prometheus at ${prometheus} answers ${query} with`, response.statusCode, text);
}

function read(what: string, status: number, text: string): Answer {
  const body = parse(text);
  if (body?.status !== 'success') {
    const said = body?.error ?? (text.trim().slice(0, 200) || 'nothing');
    return { trouble: `${what} ${status} ${body?.errorType ?? ''}: ${said}`.replace(' :', ':') };
  }
  if (body.data?.resultType !== 'vector') {
    return { trouble: `${what} a ${body.data?.resultType ?? 'result without a type'}, not a vector` };
  }
  const series = (body.data.result ?? []).map(({ metric = {}, value }) => ({
    labels: metric,
    value: Number(value?.[1] ?? NaN),
  }));
  return { series };
}

function parse(text: string): Body | null {
  try {
    return JSON.parse(text) as Body | null;
  } catch {
    // A proxy before Prometheus answers with text of its own: the caller shows it.
    return null;
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error.message;
}
