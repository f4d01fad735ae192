import { backendsOf, type Backends } from '../../../domain/backends.ts';
import type { Bucket } from '../../../domain/gates/quantile.ts';
import type { ServiceSpec } from '../../../domain/spec/document.ts';
import { fullNamePrefix, readClusterName } from '../../proxies/cluster-name.ts';
import type { Series } from '../prometheus.ts';
import { metricNames } from '../queries.ts';
import type { AnswerCounter, Counter, DurationCounter } from './counter.ts';
import { identify, type SubsetIdentity } from './identity.ts';
import { readAnswer } from './read-answer.ts';

/** One sample of a metric. */
export interface NamedSeries extends Series {
  readonly name: string;
}

/** A service whose requests are counted, by subset. */
export interface CountedService {
  readonly host: string;
  readonly identities: readonly SubsetIdentity[];
  /** Services of single versions, where requests go to these; by their name the subset. */
  readonly backends: Backends;
}

/** Whose requests are counted. */
export interface Counted {
  readonly namespace: string;
  /** Asked at every reading: what is known of pods grows. */
  readonly services: () => readonly CountedService[];
  /** Subsets that get copies of requests, by host: Istio's metrics of the callers have none of these. */
  readonly copied?: Readonly<Record<string, string>>;
}

/** @returns a service as it is counted, with what is known of its subsets' pods */
export function countedService(service: ServiceSpec, identities: readonly SubsetIdentity[]): CountedService {
  return { host: service.host, identities, backends: backendsOf(service) };
}

/** The Services whose requests are counted, each once: those of single versions where these have their own. */
export function hostsOf(services: readonly CountedService[]): string[] {
  return [...new Set(services.flatMap(({ host, backends }) => [host, ...Object.keys(backends)]))];
}

type Labels = Series['labels'];

/** Which service, and which subset of it, requests went to; the subset is null where nothing tells it. */
export interface Destination {
  readonly host: string;
  readonly subset: string | null;
}

/** The counters of the calling side among the samples of one proxy, or of one scrape of it. */
export function readCounters(samples: readonly NamedSeries[], counted: Counted): Counter[] {
  const counters: AnswerCounter[] = [];
  const histograms = new Map<string, DurationCounter & { readonly buckets: Bucket[] }>();
  const services = counted.services();
  for (const { name, labels, value } of samples) {
    if ((name !== metricNames.answers && name !== metricNames.durations) || !Number.isFinite(value)) continue;
    // What the called proxy counts of the same requests is left out.
    if (labels.reporter !== 'source') continue;
    const destination = destinationOf(labels, counted.namespace, services);
    if (destination === undefined) continue;
    const { le = '', ...others } = labels;
    const series = `${name} ${JSON.stringify(others)}`;
    if (name === metricNames.answers) {
      counters.push({ kind: 'answers', series, ...destination, requests: value, answer: readAnswer(labels) });
      continue;
    }
    const histogram = histograms.get(series) ?? { kind: 'durations', series, ...destination, buckets: [] };
    histogram.buckets.push({ le: le === '+Inf' ? Infinity : Number(le), count: value });
    histograms.set(series, histogram);
  }
  return [...counters, ...histograms.values()];
}

/** The service and subset that the requests of a series went to; undefined for none of the services. */
export function destinationOf(
  labels: Labels,
  namespace: string,
  services: readonly CountedService[],
): Destination | undefined {
  for (const service of services) {
    const backend = Object.entries(service.backends).find(([name]) => isCalled(labels, name, namespace));
    if (backend !== undefined) return { host: service.host, subset: backend[1] };
    if (!isCalled(labels, service.host, namespace)) continue;
    const subset = clusterSubset(labels, service.host, namespace) ?? identify(service.identities, labels);
    // Pods of the service that belong to no subset of the spec count as an own one.
    return { host: service.host, subset: subset === undefined ? otherPods : subset };
  }
  return undefined;
}

/** Stands for the pods of a service that belong to no subset; no subset has such a name. */
const otherPods = '(other pods)';

/**
 * Whether a series counts requests to a Service. Where a route led to no cluster that exists, Istio takes the name that
 * the request gave: `reviews:9080`.
 */
function isCalled(labels: Labels, host: string, namespace: string): boolean {
  const called = labels.destination_service ?? '';
  if (called.startsWith(fullNamePrefix(host, namespace))) return true;
  const name = called.replace(/:\d+$/, '');
  return name === `${host}.${namespace}` || (name === host && labels.source_workload_namespace === namespace);
}

/** The subset in the name of the upstream cluster, where the mesh's Telemetry tags requests with `xds.cluster_name`. */
function clusterSubset(labels: Labels, host: string, namespace: string): string | null {
  const prefix = fullNamePrefix(host, namespace);
  for (const value of Object.values(labels)) {
    const cluster = value.startsWith('outbound|') ? readClusterName(value, prefix) : null;
    if (cluster !== null && cluster.subset !== '') return cluster.subset;
  }
  return null;
}
