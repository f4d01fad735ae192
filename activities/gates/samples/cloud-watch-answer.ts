import * as z from 'zod';
import type { Response } from '../exchange.ts';
import { unavailable, type Asked } from './asked.ts';

/** Answers of GetMetricData, good and bad (docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html). */
const bodySchema = z.looseObject({
  __type: z.string().optional(),
  message: z.string().optional(),
  Message: z.string().optional(),
  MetricDataResults: z
    .array(
      z.looseObject({
        Id: z.string(),
        Label: z.string().optional(),
        Timestamps: z.array(z.number()).default([]),
        Values: z.array(z.number()).default([]),
        StatusCode: z.string().optional(),
      }),
    )
    .optional(),
});
type Body = z.output<typeof bodySchema>;
type Results = NonNullable<Body['MetricDataResults']>;

/** What AWS refuses until somebody changes the gate, the credentials or their policy. */
const lasting =
  /AccessDenied|NotAuthorized|UnrecognizedClient|InvalidClientToken|Signature|ExpiredToken|Validation|InvalidParameter|MissingParameter|MissingRequiredParameter|InvalidFormat/;

/**
 * The number of the query that returns data.
 * @param who answered, for messages
 * @param start of the window, in epoch ms: earlier points are of other weights
 */
export function readMetricData(who: string, { status, text }: Response, start: number): Asked {
  if (text === null) return unavailable(`${who} answers with more than a gate reads`, false);
  const body = parse(text);
  if (status !== 200 || body?.MetricDataResults === undefined) return refusal(who, status, text, body);
  const [first, second] = body.MetricDataResults;
  if (second !== undefined) return severalSeries(who, body.MetricDataResults);
  const { Id: id = '', StatusCode: code = '', Timestamps: times = [], Values: values = [] } = first ?? {};
  if (code === 'InternalError' || code === 'Forbidden')
    return unavailable(`${who} answers ${id} with ${code}`, code === 'Forbidden');
  const value = values.find((_, index) => (times[index] ?? NaN) * 1000 >= start);
  if (value !== undefined) return { kind: 'value', value };
  const reason = `no data: ${who} has none for ${id} in the window yet; where none means 0, put it into FILL(…, 0)`;
  return { kind: 'empty', reason };
}

function refusal(who: string, status: number, text: string, body: Body | null): Asked {
  const type = body?.__type?.split('#').at(-1) ?? '';
  const said = body?.message ?? body?.Message ?? (body === null ? text.trim().slice(0, 200) : '');
  const reason = `${who} answers with ${status} ${type}: ${said === '' ? 'nothing' : said}`.replace(
    ' :',
    ':',
  );
  const remedy = /AccessDenied|NotAuthorized/.test(type)
    ? ' (the worker needs the permission cloudwatch:GetMetricData)'
    : '';
  return unavailable(`${reason}${remedy}`, lasting.test(type));
}

function severalSeries(who: string, results: Results): Asked {
  const named = results.slice(0, 3).map(({ Id: id, Label: label = id }) => label);
  const reason = `${who} gives ${results.length} series (${named.join(', ')}), a gate needs a single number: aggregate them, as in SUM(…)`;
  return unavailable(reason, true);
}

function parse(text: string): Body | null {
  try {
    return bodySchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    // A proxy before AWS answers with text of its own: the caller shows it.
    return null;
  }
}
