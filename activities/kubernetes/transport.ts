import { HttpMethod, RequestContext, type KubeConfig } from '@kubernetes/client-node';
import { ApplicationFailure, Context } from '@temporalio/activity';
import { request as sendRequest, type Dispatcher } from 'undici';
import { longestApiAnswer, readBounded, tooLong } from '../requests/read-bounded.ts';
import { timeLimit } from '../time-limit.ts';
import { apiFailure, apiFailureType, readStatus } from './failure.ts';

/** Longest wait for one answer of the API server; its own limit for short requests is 60 s. */
const requestTimeout = 30_000;

export interface ApiRequest {
  readonly method: 'GET' | 'PATCH' | 'DELETE' | 'POST' | 'PUT';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly contentType?: string;
  /** Milliseconds that the answer may take. */
  readonly timeout?: number;
  /** Whether the answer is text, and not JSON. */
  readonly isText?: true;
  /** What is being done, for the message of a failure: `read Deployment default/reviews-v1`. */
  readonly what: string;
}

/** One request to the API server, its answer parsed; fails as `failure.ts` says. */
export type Transport = (request: ApiRequest) => Promise<unknown>;

/**
 * Requests with the credentials of a kubeconfig. Plain JSON on purpose: the client library's typed models
 * drop every field they do not know, and server-side apply would then give such fields up.
 */
export function createTransport(load: () => Promise<KubeConfig>): Transport {
  // KubeConfig makes a dispatcher a call; keeping one keeps its TLS connections open.
  let kept: { readonly config: KubeConfig; readonly dispatcher: Dispatcher | undefined } | undefined;
  return async (request) => {
    const config = await load();
    const url = urlOf(config.getCurrentCluster()?.server ?? '', request);
    const credentials = new RequestContext(url, HttpMethod.GET);
    await authenticate(request.what, () => config.applySecurityAuthentication(credentials));
    if (kept?.config !== config) kept = { config, dispatcher: credentials.getDispatcher() };
    const { status, text } = await exchange(url, request, credentials.getHeaders(), kept.dispatcher);
    // The certificate of a short-lived credential belongs to the dispatcher: take a new one.
    if (status === 401) kept = undefined;
    if (status >= 400) throw apiFailure(request.what, readStatus(status, text));
    if (request.isText === true) return text;
    return text === '' ? null : parse(request.what, text);
  };
}

/**
 * Comes by the credentials of a kubeconfig: a program or a token service that fails may succeed the next time.
 * @param what is being done, for the message of a failure
 * @throws ApplicationFailure, retryable, with what the program or service said
 */
export async function authenticate(what: string, apply: () => Promise<void>): Promise<void> {
  try {
    await apply();
  } catch (error) {
    if (error instanceof ApplicationFailure) throw error;
    throw ApplicationFailure.retryable(`cannot ${what}: no credentials: ${causeOf(error)}`, apiFailureType);
  }
}

/** A proxy before the API server may answer 200 with a page of its own. */
function parse(what: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw ApplicationFailure.retryable(
      `cannot ${what}: the answer is no JSON: ${causeOf(error)}`,
      apiFailureType,
    );
  }
}

function urlOf(server: string, { path, query = {} }: ApiRequest): string {
  const url = new URL(server.replace(/\/$/, '') + path);
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(key, value);
  }
  return url.href;
}

async function exchange(
  url: string,
  request: ApiRequest,
  headers: Record<string, string>,
  dispatcher: Dispatcher | undefined,
): Promise<{ status: number; text: string }> {
  const { cancellationSignal } = Context.current();
  try {
    // Not fetch, which refuses a number of ports that clusters may well use.
    const response = await sendRequest(url, {
      method: request.method,
      headers: {
        ...headers,
        Accept: request.isText === true ? '*/*' : 'application/json',
        ...contentTypeOf(request),
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      ...(dispatcher === undefined ? {} : { dispatcher }),
      signal: AbortSignal.any([cancellationSignal, timeLimit(request.timeout ?? requestTimeout)]),
    });
    const text = await readBounded(response.body, longestApiAnswer);
    if (text !== null) return { status: response.statusCode, text };
  } catch (error) {
    cancellationSignal.throwIfAborted();
    throw unreachable(request.what, url, error);
  }
  throw ApplicationFailure.nonRetryable(
    `cannot ${request.what}: ${tooLong(longestApiAnswer)}`,
    apiFailureType,
  );
}

function contentTypeOf({ body, contentType = 'application/json' }: ApiRequest): Record<string, string> {
  return body === undefined ? {} : { 'Content-Type': contentType };
}

/** The API server could not be reached, or did not answer in time: it may be starting again. */
export function unreachable(what: string, url: string, error: unknown): ApplicationFailure {
  return ApplicationFailure.retryable(
    `cannot ${what}: no answer from ${new URL(url).origin}: ${causeOf(error)}`,
    apiFailureType,
  );
}

/** The reason in words; a refused connection to a name of several addresses has its reason inside. */
export function causeOf(error: unknown): string {
  const { message, errors } = error as Partial<AggregateError>;
  if (errors !== undefined && errors.length > 0) return causeOf(errors[0]);
  return message ?? String(error);
}
