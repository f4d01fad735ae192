import { withoutTrailingSlashes } from '../../../domain/trailing-slashes.ts';
import * as z from 'zod';
import type { GateTarget } from '../../../domain/gates/targets.ts';
import type { DatadogGateSpec } from '../../../domain/spec/document.ts';
import { withoutSecrets } from '../credentials/authorize.ts';
import { CredentialsError } from '../credentials/read.ts';
import { escapeQuery } from '../credentials/sign.ts';
import { exchange, type Response } from '../exchange.ts';
import { askCloud, unavailable, type Asked, type CloudSource } from './asked.ts';
import { fillTarget, unfilled } from './fill-target.ts';

const defaultSite = 'datadoghq.com';

/** Bytes that an answer may have: one series of a window. */
const longestAnswer = 1024 * 1024;

/**
 * Asks Datadog for a target: the latest point of the window that ends at `at` (epoch ms). Site and keys are the worker's, as Datadog's own tools find them: `DD_SITE`, `DD_API_KEY`, `DD_APP_KEY`;
 * `DD_HOST` is the whole base URL of its API.
 */
export async function measureDatadog(
  { namespace, signal }: CloudSource,
  gate: DatadogGateSpec,
  target: GateTarget,
  at: number,
): Promise<Asked> {
  const missing = unfilled(gate.query, target);
  if (missing !== null) return unavailable(missing, true);
  const query = fillTarget(gate.query, { target, namespace, window: String(gate.window / 1000) });
  const base = addressOf(process.env);
  return askCloud(`Datadog at ${base}`, signal, async (signal) => {
    const keys = keysOf(process.env);
    const [from, to] = [at - gate.window, at].map((time) => String(Math.floor(time / 1000)));
    const values = escapeQuery({ from: from ?? '', to: to ?? '', query });
    const headers = { accept: 'application/json', ...keys };
    const response = await exchange({
      url: `${base}/api/v1/query?${values}`,
      headers,
      limit: longestAnswer,
      signal,
    });
    const asked = readPoints(query, response);
    if (asked.kind !== 'unavailable') return asked;
    return { ...asked, reason: withoutSecrets(asked.reason, { secrets: Object.values(keys) }) };
  });
}

function addressOf({ DD_HOST: host, DD_SITE: site }: NodeJS.ProcessEnv): string {
  if (host) return withoutTrailingSlashes(host);
  return `https://api.${site === undefined || site === '' ? defaultSite : site}`;
}

function keysOf({ DD_API_KEY: api, DD_APP_KEY: app }: NodeJS.ProcessEnv) {
  const missing = [...(api ? [] : ['DD_API_KEY']), ...(app ? [] : ['DD_APP_KEY'])];
  if (!api || !app) {
    throw new CredentialsError(
      `Datadog cannot be asked: the worker has no ${missing.join(' and no ')} in its environment`,
    );
  }
  return { 'DD-API-KEY': api, 'DD-APPLICATION-KEY': app };
}

/** Body of the answers (docs.datadoghq.com/api/latest/metrics, "Query timeseries points"). */
const bodySchema = z.looseObject({
  status: z.string().optional(),
  error: z.string().optional(),
  errors: z.array(z.string()).optional(),
  series: z
    .array(
      z.looseObject({
        scope: z.string().optional(),
        pointlist: z.array(z.tuple([z.number(), z.number().nullable()])),
      }),
    )
    .optional(),
});

/**
 * The latest point of a query.
 * @param query for messages
 */
export function readPoints(query: string, { status, text }: Response): Asked {
  if (text === null) return unavailable(`Datadog answers ${query} with more than a gate reads`, false);
  const body = parse(text);
  const said = body?.error ?? body?.errors?.join('; ') ?? (body === null ? text.trim().slice(0, 200) : '');
  if (status !== 200 || body === null || body.status === 'error' || said !== '') {
    const remedy = remedies[status] ?? '';
    const reason = `Datadog answers ${query} with ${status}: ${said === '' ? 'nothing' : said}${remedy}`;
    return unavailable(reason, isLasting(status, body));
  }
  const [first, second] = body.series ?? [];
  if (second !== undefined) {
    const scopes = body.series?.map(({ scope = '' }) => scope).slice(0, 3);
    const reason = `${query} gives ${body.series?.length} series (${scopes?.join('; ')}), a gate needs a single number: take off its "by {…}"`;
    return unavailable(reason, true);
  }
  const values = first?.pointlist.flatMap(([, value]) => value ?? []) ?? [];
  const value = values.at(-1);
  if (value !== undefined) return { kind: 'value', value };
  const reason = `no data: ${query} is empty; where no points mean 0, put it into default_zero(…)`;
  return { kind: 'empty', reason };
}

const remedies: Readonly<Record<number, string>> = {
  401: ' (are DD_API_KEY and DD_SITE of one organisation?)',
  403: ' (are DD_API_KEY, DD_APP_KEY and DD_SITE of one organisation, and may the key query metrics?)',
  429: ' (its rate limit: ask less often, by interval)',
};

/** A query that Datadog does not understand is 400, or 200 with an error. */
function isLasting(status: number, body: unknown): boolean {
  return [400, 401, 403].includes(status) || (status === 200 && body !== null);
}

function parse(text: string) {
  try {
    return bodySchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
