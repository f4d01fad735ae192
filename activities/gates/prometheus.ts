import { request } from 'undici';
import { formatDuration } from '../../domain/duration.ts';
import { causeOf } from '../kubernetes/transport.ts';
import { shownQuery } from './count-once.ts';
import { readAnswer, type Result, type Series, type Trouble } from './prometheus-answer.ts';

export type { Series };

/** Longest wait for one answer, in ms; Prometheus' own limit is two minutes, a gate's sample is no use by then. */
const answerTimeout = 5_000;

/** The series that a query gave, perhaps none; or why it gave no answer. */
export type Answer = { readonly series: readonly Series[] } | Trouble;

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

/** As `queryResult`, for a query whose answer must be an instant vector. */
export async function queryInstant(question: InstantQuery): Promise<Answer> {
  const result = await queryResult(question);
  if ('trouble' in result) return result;
  if (result.type === 'vector') return { series: result.series };
  const type = result.type === 'scalar' ? 'scalar' : result.name;
  const trouble = `Prometheus at ${question.prometheus} answers ${shownQuery(question.query)} with a ${type}, not a vector`;
  return { trouble, refused: false };
}

/**
 * Asks Prometheus what a query is at a point in time. Whatever goes wrong is an answer, with the query and the
 * server's words; cancellation alone is thrown.
 */
export async function queryResult(question: InstantQuery): Promise<Result> {
  const { prometheus, query, signal, timeout = answerTimeout } = question;
  if (prometheus === null) {
    const trouble = 'no Prometheus is known: give its address in spec.metrics.prometheus.address';
    return { trouble, refused: false };
  }
  const patience = AbortSignal.timeout(timeout);
  try {
    return await ask(prometheus, question, AbortSignal.any([signal, patience]));
  } catch (error) {
    signal.throwIfAborted();
    const reason = patience.aborted ? `nothing came within ${formatDuration(timeout)}` : causeOf(error);
    return {
      trouble: `Prometheus at ${prometheus} does not answer ${shownQuery(query)}: ${reason}`,
      refused: false,
    };
  }
}

async function ask(prometheus: string, { query, at }: InstantQuery, signal: AbortSignal): Promise<Result> {
  const url = new URL('api/v1/query', prometheus.endsWith('/') ? prometheus : `${prometheus}/`);
  url.searchParams.set('query', query);
  url.searchParams.set('time', (at / 1000).toFixed(3));
  const response = await request(url, {
    headers: { accept: 'application/json' },
    signal,
  });
  const text = await response.body.text();
  return readAnswer(
    `Prometheus at ${prometheus} answers ${shownQuery(query)} with`,
    response.statusCode,
    text,
  );
}
