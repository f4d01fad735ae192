import * as z from 'zod';
import type { Response } from './exchange.ts';

/** One series of an instant vector. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** May be NaN or infinite. */
  readonly value: number;
}

/** Why there is no answer that can be used. */
export interface Trouble {
  readonly trouble: string;
  /** Whether it stays until somebody changes the query, the address or the credentials. */
  readonly refused: boolean;
}

/** What a query gave, of whatever type; or why it gave no answer. */
export type Result =
  | { readonly type: 'vector'; readonly series: readonly Series[] }
  | { readonly type: 'scalar'; readonly value: number }
  | { readonly type: 'other'; readonly name: string }
  | Trouble;

/** Body of Prometheus' answers, good and bad (prometheus.io/docs/prometheus/latest/querying/api). */
const bodySchema = z.looseObject({
  status: z.string(),
  errorType: z.string().optional(),
  error: z.string().optional(),
  data: z.looseObject({ resultType: z.string().optional(), result: z.unknown() }).optional(),
});
type Body = z.output<typeof bodySchema>;

const pointSchema = z.tuple([z.number(), z.string()]);
type Point = z.output<typeof pointSchema>;

const vectorSchema = z.array(
  z.looseObject({ metric: z.record(z.string(), z.string()).default({}), value: pointSchema.optional() }),
);

/**
 * Reads the answer to a query.
 * @param what who answers what with
 * @param credentials the name of those that the request was sent with; null for none
 */
export function readAnswer(what: string, response: Response, credentials: string | null): Result {
  const { status, text } = response;
  if (text === null) return { trouble: `${what} more than a gate reads: aggregate it`, refused: false };
  const body = parse(text);
  if (body?.status !== 'success') return refusal(what, { ...response, text }, body, credentials);
  const { resultType: type = 'result without a type', result } = body.data ?? {};
  if (type !== 'scalar' && type !== 'vector') return { type: 'other', name: type };
  return (type === 'scalar' ? readScalar(result) : readVector(result)) ?? unreadable(what, status, type);
}

function refusal(
  what: string,
  response: Response & { readonly text: string },
  body: Body | null,
  credentials: string | null,
): Trouble {
  const { status, text } = response;
  const remedy = remedyOf(response, credentials);
  const said = isPage(response) ? 'a web page' : (body?.error ?? (text.trim().slice(0, 200) || 'nothing'));
  const trouble = `${what} ${status} ${body?.errorType ?? ''}: ${said}`.replace(' :', ':');
  if (remedy === null) return { trouble, refused: body?.errorType === 'bad_data' };
  return { trouble: `${trouble}: ${remedy}`, refused: true };
}

/** What to do about an answer that will be the same until somebody does; null for others. */
function remedyOf(response: Response, credentials: string | null): string | null {
  const { status, location } = response;
  const own =
    credentials === null ? 'it was asked without credentials' : `it refuses credentials ${credentials}`;
  const name = 'name those that the worker has for it in spec.metrics.prometheus.credentials';
  const remedy = credentials === null ? name : 'put right what the worker has of them';
  if (status === 401) return `${own}, ${remedy}; some want a tenant`;
  if (status === 403) return `${own}, which may not query: ${remedy}`;
  if (status >= 300 && status < 400)
    return `it leads to ${whereOf(location)}, perhaps to log in: ${own}, ${remedy}`;
  if (status === 404)
    return 'there is no API of Prometheus: does the address lack a path, such as /prometheus?';
  return status < 300 && isPage(response)
    ? `that is not the API of Prometheus; is it a page to log in? ${own}, ${remedy}`
    : null;
}

/** Not the whole address: its query may hold a token. */
function whereOf(location: string | null): string {
  const url = location === null ? null : URL.parse(location, 'http://same');
  if (url === null) return 'somewhere else';
  return url.host === 'same' ? url.pathname : `${url.origin}${url.pathname}`;
}

function isPage({ contentType, text }: Response): boolean {
  return contentType.includes('html') || /^\s*<(!doctype|html)/i.test(text ?? '');
}

function readScalar(result: unknown): Result | null {
  const { data: point } = pointSchema.optional().safeParse(result);
  return point === undefined && result !== undefined ? null : { type: 'scalar', value: numberOf(point) };
}

function readVector(result: unknown): Result | null {
  const { data: found } = vectorSchema.safeParse(result ?? []);
  if (found === undefined) return null;
  const series = found.map(({ metric, value }) => ({ labels: metric, value: numberOf(value) }));
  return { type: 'vector', series };
}

/** Something before Prometheus, or no Prometheus: it said success, and then no result. */
function unreadable(what: string, status: number, type: string): Trouble {
  return { trouble: `${what} ${status} with a ${type} that is none`, refused: false };
}

/** JavaScript does not read the infinities as Go writes them. */
function numberOf(point: Point | undefined): number {
  return Number(point?.[1].replace('Inf', 'Infinity') ?? NaN);
}

function parse(text: string): Body | null {
  try {
    return bodySchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    // A proxy before Prometheus answers with text of its own: the caller shows it.
    return null;
  }
}
