import type { Bucket } from '../../../domain/gates/quantile.ts';
import type { GateTarget } from '../../../domain/gates/targets.ts';
import { fullNamePrefix, readClusterName } from '../../proxies/cluster-name.ts';
import type { Series } from '../prometheus.ts';
import { metricNames, metricTarget } from '../queries.ts';
import { judgeAnswer } from './answer.ts';
import type { AnswerCounter, Counter, DurationCounter } from './counter.ts';

/** One sample of a metric. */
export interface NamedSeries extends Series {
  readonly name: string;
}

/** The subsets whose requests are counted, all of one namespace. */
export interface Counted {
  readonly namespace: string;
  readonly subsets: readonly GateTarget[];
}

/** The Services whose requests are counted, each once: those of single versions where these have their own. */
export function servicesOf({ subsets }: Counted): string[] {
  return [...new Set(subsets.map(({ host, service }) => service ?? host))];
}

type Labels = Series['labels'];

/** Metrics of the same meaning, and how their labels tell a subset. */
interface Dialect {
  readonly answers: string;
  readonly durations: string;
  readonly subsetOf: (labels: Labels, counted: Counted) => GateTarget | undefined;
}

const istio: Dialect = { ...metricNames, subsetOf: subsetByVersion };

/** What any Envoy counts of the clusters it calls, for meshes without Istio's own metrics. */
const envoy: Dialect = {
  answers: 'envoy_cluster_upstream_rq',
  durations: 'envoy_cluster_upstream_rq_time_bucket',
  subsetOf: subsetByCluster,
};

/** The counters among the samples of one proxy: Istio's where it has any, so that no request counts twice. */
export function readCounters(samples: readonly NamedSeries[], counted: Counted): Counter[] {
  const counters = readDialect(istio, samples, counted);
  return counters.length > 0 ? counters : readDialect(envoy, samples, counted);
}

function readDialect(dialect: Dialect, samples: readonly NamedSeries[], counted: Counted): Counter[] {
  const counters: AnswerCounter[] = [];
  const histograms = new Map<string, DurationCounter & { readonly buckets: Bucket[] }>();
  for (const { name, labels, value } of samples) {
    if ((name !== dialect.answers && name !== dialect.durations) || !Number.isFinite(value)) continue;
    const target = dialect.subsetOf(labels, counted);
    if (target === undefined) continue;
    const { host, subset } = target;
    const { le = '', ...others } = labels;
    const series = `${name} ${JSON.stringify(others)}`;
    if (name === dialect.answers) {
      const answer = judgeAnswer(labels);
      if (answer !== 'none')
        counters.push({ kind: 'answers', series, host, subset, requests: value, bad: answer === 'bad' });
      continue;
    }
    const histogram = histograms.get(series) ?? { kind: 'durations', series, host, subset, buckets: [] };
    histogram.buckets.push({ le: le === '+Inf' ? Infinity : Number(le), count: value });
    histograms.set(series, histogram);
  }
  return [...counters, ...histograms.values()];
}

/** What the called proxy counts of the same requests is left out. */
function subsetByVersion(labels: Labels, { namespace, subsets }: Counted): GateTarget | undefined {
  if (labels.reporter !== 'source') return undefined;
  const service = labels.destination_service ?? '';
  const version = versionOf(labels);
  return subsets.find((target) => {
    const wanted = metricTarget(target, namespace);
    return (
      service.startsWith(fullNamePrefix(target.service ?? target.host, namespace)) &&
      (wanted?.version === null || wanted?.version === version)
    );
  });
}

/**
 * The version that was called. Istio learns the label `version` from the answer of the other proxy; of a pod that
 * never answered it knows the canonical revision, which is that label unless others take precedence.
 */
function versionOf(labels: Labels): string | undefined {
  const { destination_version: version, destination_canonical_service: service } = labels;
  if (version !== undefined && version !== 'unknown') return version;
  return service === undefined || service === 'unknown' ? undefined : labels.destination_canonical_revision;
}

function subsetByCluster({ cluster_name: name = '' }: Labels, counted: Counted): GateTarget | undefined {
  return counted.subsets.find(({ host, subset, service }) => {
    const cluster = readClusterName(name, fullNamePrefix(service ?? host, counted.namespace));
    return cluster?.subset === (service === undefined ? subset : '');
  });
}
