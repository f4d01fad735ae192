/** Gates that ask the metrics of a cloud: the same bounds as PromQL's, a longer window. */
import * as z from 'zod';
import * as defaults from '../../defaults.ts';
import { flag, line, listOf, mapping } from '../fields.ts';
import { placeholderProblem } from '../query-placeholders.ts';
import { show } from '../show.ts';
import { gateInterval, gateWindow } from './gate-base.ts';
import { bounds, checkBounds, sampled } from './sampled-gates.ts';

const minute = 60_000;

const cloud = {
  ...sampled,
  interval: gateInterval.default(defaults.defaultCloudInterval),
  window: gateWindow.default(defaults.defaultCloudWindow),
};

/** A text in which placeholders are filled in. */
function template(what: string) {
  return z
    .string({ error: what })
    .min(1, { error: what })
    .max(defaults.maxQueryCharacters, {
      error: `${what} of at most ${defaults.maxQueryCharacters} characters`,
    })
    .superRefine((text, context) => {
      const problem = placeholderProblem(text);
      if (problem !== null) context.addIssue({ code: 'custom', message: problem });
    });
}

export const datadog = mapping('a gate of Datadog', {
  ...cloud,
  datadog: mapping('a query of Datadog and its bounds', {
    query: template('a query of metrics, as in avg:system.cpu.user{service:{{host}}}'),
    ...bounds,
  }).superRefine(checkBounds),
}).transform(({ datadog, ...common }) => ({ ...common, kind: 'datadog' as const, ...datadog }));

const metric = mapping('a metric of CloudWatch', {
  namespace: line('a namespace, such as AWS/ApplicationELB'),
  name: line('the name of a metric'),
  dimensions: z
    .record(z.string(), template('the value of a dimension'), { error: 'a mapping of dimensions to values' })
    .default({}),
  statistic: line('a statistic, such as Sum, Average or p99'),
});

const query = mapping('a query of CloudWatch', {
  id: z
    .string({ error: 'an id' })
    .regex(/^[a-z]\w{0,254}$/, { error: "an id: letters, digits and '_', a lower-case letter first" }),
  metric: metric.optional(),
  expression: template('an expression, as in errors / requests').optional(),
  returnData: flag.default(true),
}).transform(({ id, metric, expression, returnData }, context) => {
  if (metric !== undefined && expression === undefined) return { id, returnData, metric };
  if (expression !== undefined && metric === undefined) return { id, returnData, expression };
  const given = metric === undefined ? 'neither is given' : 'both are given';
  context.addIssue({ code: 'custom', message: `${given}, a query has exactly one of metric, expression` });
  return z.NEVER;
});

const settings = mapping('queries of CloudWatch and their bounds', {
  queries: listOf('queries', query),
  region: line('a region of AWS, such as eu-west-1').nullable().default(null),
  profile: line('a profile of the AWS configuration').nullable().default(null),
  ...bounds,
})
  .superRefine(checkBounds)
  .superRefine(({ queries }, context) => {
    const returned = queries.filter(({ returnData }) => returnData);
    if (returned.length === 1) return;
    const message = `${returned.length} queries return data, a gate needs a single number: give the others returnData: false`;
    context.addIssue({ code: 'custom', path: ['queries'], message });
  });

/** CloudWatch's periods are minutes; shorter ones are for metrics of high resolution alone. */
const wholeMinutes = gateWindow
  .refine((window) => window % minute === 0, {
    error: ({ input }) =>
      `${show(input)} ms is not a whole number of minutes, which CloudWatch's periods are`,
  })
  .default(defaults.defaultCloudWindow);

export const cloudWatch = mapping('a gate of CloudWatch', {
  ...cloud,
  window: wholeMinutes,
  cloudWatch: settings,
}).transform(({ cloudWatch, ...common }) => ({ ...common, kind: 'cloudWatch' as const, ...cloudWatch }));
