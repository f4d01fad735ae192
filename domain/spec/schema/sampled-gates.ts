/** Gates that take a sample once an interval and tolerate some. */
import * as z from 'zod';
import { httpUrl } from '../addresses.ts';
import * as defaults from '../../defaults.ts';
import { duration, mapping, shareProblem, whole } from '../fields.ts';
import { queryProblem } from '../promql.ts';
import { badAnswers } from './bad-answers.ts';
import { gateBase, gateInterval, gateWindow } from './gate-base.ts';

const limit = whole(0, 1000);

export const sampled = {
  ...gateBase,
  interval: gateInterval.default(defaults.defaultGateInterval),
  failureLimit: limit.default(defaults.defaultFailureLimit),
  inconclusiveLimit: limit.nullable().default(null),
  consecutiveErrorLimit: limit.default(defaults.defaultConsecutiveErrorLimit),
};

const windowed = { ...sampled, window: gateWindow.default(defaults.defaultGateWindow) };

const requests = { ...windowed, minRequests: whole(1, 1_000_000).default(defaults.defaultMinRequests) };

const shareOfAll = 'a share over 0, at most 1';

export const successRate = mapping('a gate of success rate', {
  ...requests,
  successRate: mapping('a success rate', {
    ...badAnswers,
    min: z.number({ error: shareOfAll }).refine((min) => min > 0 && min <= 1, {
      error: ({ input }) => shareProblem(input, shareOfAll),
    }),
  }),
}).transform(({ successRate, ...common }) => ({ ...common, kind: 'successRate' as const, ...successRate }));

const percentile = { error: 'a percentile over 0 and under 100, such as 99' };

export const latency = mapping('a gate of latency', {
  ...requests,
  latency: mapping('a latency', {
    percentile: z.number(percentile).gt(0, percentile).lt(100, percentile),
    max: duration(1, defaults.maxLatency),
  }),
}).transform(({ latency, ...common }) => ({ ...common, kind: 'latency' as const, ...latency }));

const query = z.string({ error: 'a PromQL query in text' }).superRefine((text, context) => {
  const problem = queryProblem(text);
  if (problem !== null) context.addIssue({ code: 'custom', message: problem });
});

const bound = z.number({ error: 'a number' }).nullable().default(null);

/** Bounds of a number, of which one is needed. */
export const bounds = { min: bound, max: bound };

export function checkBounds(
  { min, max }: { readonly min: number | null; readonly max: number | null },
  context: z.RefinementCtx,
): void {
  const problem = boundsProblem(min, max);
  if (problem !== null) context.addIssue({ code: 'custom', message: problem });
}

export const promql = mapping('a gate of PromQL', {
  ...windowed,
  promql: mapping('a PromQL query and its bounds', { query, ...bounds }).superRefine(checkBounds),
}).transform(({ promql, ...common }) => ({ ...common, kind: 'promql' as const, ...promql }));

function boundsProblem(min: number | null, max: number | null): string | null {
  if (min === null && max === null) return 'no bound is given, name min or max or both';
  if (min === null || max === null || min <= max) return null;
  return `min ${min} is over max ${max}, so no value could pass`;
}

export const http = mapping('a gate that asks by HTTP', {
  ...sampled,
  http: mapping('an HTTP endpoint', {
    url: httpUrl,
    timeout: duration(defaults.minHttpTimeout, defaults.maxHttpTimeout).default(defaults.defaultHttpTimeout),
  }),
}).transform(({ http, ...common }) => ({ ...common, kind: 'http' as const, ...http, window: 0 }));

export const restarts = mapping('a gate of restarts', {
  ...sampled,
  restarts: mapping('how often containers may restart', { max: whole(0, 1_000).default(0) }),
}).transform(({ restarts, ...common }) => ({ ...common, kind: 'restarts' as const, ...restarts, window: 0 }));
