import { formatDuration } from '../../domain/duration.ts';
import type { PrometheusSpec } from '../../domain/spec/document.ts';
import { causeOf } from '../kubernetes/transport.ts';
import { guardedDispatcher } from '../requests/guarded.ts';
import { timeLimit } from '../time-limit.ts';
import { shownQuery } from './count-once.ts';
import { anonymous, authorize, type Authorized, withoutSecrets } from './credentials/authorize.ts';
import { CredentialsError, readCredentials } from './credentials/read.ts';
import { escapeQuery } from './credentials/sign.ts';
import { closedRemedy, tlsRemedy } from './credentials/tls-remedy.ts';
import { exchange } from './exchange.ts';
import { readAnswer, type Result, type Series, type Trouble } from './prometheus-answer.ts';

export type { Series };

/** Longest wait for one answer, in ms; Prometheus' own limit is two minutes, a gate's sample is no use by then. */
const answerTimeout = 5_000;

/** Bytes that an answer may have: the counters of some thousand calling proxies. */
const longestAnswer = 32 * 1024 * 1024;

/** The series that a query gave, perhaps none; or why it gave no answer. */
export type Answer = { readonly series: readonly Series[] } | Trouble;

export interface InstantQuery {
  /** Null when none is known. */
  readonly prometheus: PrometheusSpec | null;
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
  const trouble = `Prometheus at ${question.prometheus?.address} answers ${shownQuery(question.query)} with a ${type}, not a vector`;
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
  const patience = timeLimit(timeout);
  try {
    return await ask(prometheus, question, AbortSignal.any([signal, patience]));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CredentialsError) return { trouble: error.message, refused: true };
    const reason = patience.aborted ? `nothing came within ${formatDuration(timeout)}` : causeOf(error);
    const remedy = tlsRemedy(error);
    const trouble = `Prometheus at ${prometheus.address} does not answer ${shownQuery(query)}: ${reason}${remedy || closedRemedy(prometheus.address, error)}`;
    return { trouble, refused: remedy !== '' };
  }
}

async function ask(
  { address, credentials }: PrometheusSpec,
  { query, at }: InstantQuery,
  signal: AbortSignal,
): Promise<Result> {
  const values = escapeQuery({ query, time: (at / 1000).toFixed(3) });
  const url = new URL(`api/v1/query?${values}`, address.endsWith('/') ? address : `${address}/`);
  const authorized = await authorizedBy(credentials, address, url);
  const response = await exchange({
    url: url.href,
    headers: { accept: 'application/json', ...authorized.headers },
    dispatcher: authorized.dispatcher ?? guardedDispatcher(),
    limit: longestAnswer,
    signal,
  });
  const what = `Prometheus at ${address} answers ${shownQuery(query)} with`;
  const result = readAnswer(what, response, credentials);
  return 'trouble' in result ? { ...result, trouble: withoutSecrets(result.trouble, authorized) } : result;
}

async function authorizedBy(credentials: string | null, address: string, url: URL): Promise<Authorized> {
  if (credentials === null) return anonymous;
  return authorize(credentials, await readCredentials(credentials, address), url);
}
