import * as z from 'zod';

/** One series of an instant vector. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** May be NaN or infinite. */
  readonly value: number;
}

/** Why there is no answer that can be used. */
export interface Trouble {
  readonly trouble: string;
  /** Whether Prometheus does not understand the query, which asking again does not cure. */
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

/** Reads the answer to a query; `what` says who answers what with. */
export function readAnswer(what: string, status: number, text: string): Result {
  const body = parse(text);
  if (body?.status !== 'success') {
    const said = body?.error ?? (text.trim().slice(0, 200) || 'nothing');
    const trouble = `${what} ${status} ${body?.errorType ?? ''}: ${said}`.replace(' :', ':');
    return { trouble, refused: body?.errorType === 'bad_data' };
  }
  const { resultType: type = 'result without a type', result } = body.data ?? {};
  if (type !== 'scalar' && type !== 'vector') return { type: 'other', name: type };
  return (type === 'scalar' ? readScalar(result) : readVector(result)) ?? unreadable(what, status, type);
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
