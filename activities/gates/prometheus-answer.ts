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

/** Body of Prometheus' answers, good and bad. */
interface Body {
  readonly status?: string;
  readonly errorType?: string;
  readonly error?: string;
  readonly data?: { readonly resultType?: string; readonly result?: unknown };
}

type Point = readonly [time: number, value: string];

/** Reads the answer to a query; `what` says who answers what with. */
export function readAnswer(what: string, status: number, text: string): Result {
  const body = parse(text);
  if (body?.status !== 'success') {
    const said = body?.error ?? (text.trim().slice(0, 200) || 'nothing');
    const trouble = `${what} ${status} ${body?.errorType ?? ''}: ${said}`.replace(' :', ':');
    return { trouble, refused: body?.errorType === 'bad_data' };
  }
  const { resultType: type = 'result without a type', result } = body.data ?? {};
  if (type === 'scalar') return { type, value: numberOf(result as Point | undefined) };
  return type === 'vector' ? { type, series: seriesOf(result) } : { type: 'other', name: type };
}

function seriesOf(result: unknown): Series[] {
  const found = (result ?? []) as readonly { metric?: Series['labels']; value?: Point }[];
  return found.map(({ metric = {}, value }) => ({ labels: metric, value: numberOf(value) }));
}

/** JavaScript does not read the infinities as Go writes them. */
function numberOf(point: Point | undefined): number {
  return Number(point?.[1].replace('Inf', 'Infinity') ?? NaN);
}

function parse(text: string): Body | null {
  try {
    return JSON.parse(text) as Body | null;
  } catch {
    // A proxy before Prometheus answers with text of its own: the caller shows it.
    return null;
  }
}
