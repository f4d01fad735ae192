import { accessTags, durationMetric, requestsMetric, statPrefix, type AccessTags } from './access-tags.ts';
import { istioLabels, type FindWorkload, type Reporter } from './istio-labels.ts';

/** How Envoy prints the name of a statistic that the access logger made. */
const printedPrefix = `envoy_${statPrefix}_`;

interface Sample {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Upper bound of a histogram's bucket, as printed. */
  readonly le: string | undefined;
  readonly value: number;
}

/**
 * Makes Istio's metrics of what an Envoy of the lab prints, as an istio-proxy prints them. Other lines stay.
 * @param text answer of Envoy's `stats/prometheus`
 * @param filter keeps what has a matching name inside of Envoy, as the `filter` of a query does; all without
 */
export function istioMetrics(text: string, reporter: Reporter, find: FindWorkload, filter?: RegExp): string {
  const lines = text.split('\n');
  const samples = lines.filter((line) => line.startsWith(printedPrefix)).map(readSample);
  const kept: string[] = [];
  const sums = new Map<string, number>();
  for (const { metric, labels, le, value } of samples) {
    const istio = istioLabels({ ...noTags, ...labels } as AccessTags, reporter, find);
    if (filter !== undefined && !filter.test(nativeName(metric, istio))) continue;
    const series = `${metric}{${printLabels(le === undefined ? istio : { ...istio, le })}}`;
    sums.set(series, (sums.get(series) ?? 0) + value);
  }
  for (const line of lines) if (!line.includes(printedPrefix)) kept.push(line);
  return [
    ...typed(requestsMetric, 'counter', sums),
    ...typed(durationMetric, 'histogram', sums),
    ...kept,
  ].join('\n');
}

const noTags = Object.fromEntries(Object.keys(accessTags).map((tag) => [tag, '']));

/** Name of a statistic inside of Envoy: `istiocustom.istio_requests_total.reporter.source.…`. */
function nativeName(metric: string, labels: Readonly<Record<string, string>>): string {
  const parts = Object.entries(labels).map(([name, value]) => `${name}.${value}`);
  return [statPrefix, metric.replace(/_(bucket|sum|count)$/, ''), ...parts].join('.');
}

/** Several series of the access logger's tags may be one of Istio's labels: their sum, under the metric's type. */
function typed(metric: string, type: string, sums: ReadonlyMap<string, number>): string[] {
  const own = [...sums].filter(([series]) => series.startsWith(metric));
  if (own.length === 0) return [];
  return [`# TYPE ${metric} ${type}`, ...own.map(([series, value]) => `${series} ${value}`)];
}

function readSample(line: string): Sample {
  const open = line.indexOf('{');
  const close = line.lastIndexOf('}');
  const { le, ...labels } = readLabels(line.slice(open + 1, close));
  const metric = line.slice(printedPrefix.length, open);
  return { metric, labels, le, value: Number(line.slice(close + 1)) };
}

/** `name="value"` pairs; the escapes of a value are those of JSON. */
function readLabels(text: string): Record<string, string> {
  const labels = [...text.matchAll(/(?:^|,)(\w+)=("(?:[^"\\]|\\.)*")/g)];
  return Object.fromEntries(labels.map(([, name = '', value = '""']) => [name, JSON.parse(value) as string]));
}

function printLabels(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',');
}
