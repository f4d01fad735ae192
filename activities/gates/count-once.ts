/**
 * Requests that a Prometheus counts more than once. Two scrape jobs (annotations on port 15020, a PodMonitor on 15090) and the
 * replicas of a Prometheus each bring the series of a proxy, under labels of their own.
 */

/** Label of the proxy that counted, in what `countOnce` gives. */
export const proxyLabel = 'sluice_proxy';

/** Labels that tell copies of a proxy's series apart, by Prometheus, its Operator, Thanos, Mimir and their charts. */
const copyLabels = [
  'exported_instance',
  'exported_job',
  'instance',
  'job',
  'endpoint',
  'container',
  'prometheus',
  'prometheus_replica',
  'replica',
  '__replica__',
  'receive_replica',
  'rule_replica',
  'thanos_replica',
];

/** Labels that name the pod of a target: of the Operator, of Istio's PodMonitor, of older scrape configurations. */
const podLabels = ['pod', 'pod_name', 'kubernetes_pod_name'];

/** What Istio itself says of the calling proxy: the same in every copy, and pods of two namespaces may share a name. */
const callerLabels = ['source_workload_namespace', 'source_cluster'];

/** Holds the labels that name a target, joined by `;`, in this order. */
const targetLabel = 'sluice_target';
const targetLabels = ['exported_instance', 'instance', ...podLabels];

const port = '(?::[0-9]+)?';
const others = '(?:;[^;]*)*';
const address = '[0-9]+(?:[.][0-9]+){3}|[[][0-9a-fA-F:.]+[]]';

/** Characters of a query that a reason shows. */
const longestShown = 300;

/** What names a proxy; each overwrites the one before where it matches. None has a backslash, which PromQL would read. */
const proxyPatterns = [
  // The host of the target,
  `;([^;]*?)${port}${others}`,
  // better its pod,
  `;[^;]*;{1,3}([^;]+)${others}`,
  // best its IP address: jobs agree in it that call the pod by different labels, or not at all.
  `;(${address})${port}${others}`,
  // A federation that renames labels has the target there, and in the others the Prometheus that it scraped.
  `([^;]+?)${port}${others}`,
];

/**
 * Counts every proxy once. A proxy is the IP address that was scraped, whatever the port; else the pod, else the target.
 * Series of one copy are added up first, so that tags of one's own do not hide requests; then the largest copy counts.
 * @param series an expression that gives counts as an instant vector
 * @param labels of the answer, besides the proxy's own
 * @returns an expression with one series for each proxy and combination of `labels`
 */
export function countOnce(series: string, labels: readonly string[]): string {
  const kept = [...new Set([proxyLabel, ...labels, ...callerLabels])];
  const ofCopy = [...new Set([...kept, ...copyLabels, ...podLabels])];
  return `max by (${kept.join(',')}) (sum by (${ofCopy.join(',')}) (${withProxy(series)}))`;
}

/** The counts by `labels`, of all proxies together. */
export function sumOnce(series: string, labels: readonly string[]): string {
  return `sum by (${labels.join(',')}) (${countOnce(series, labels)})`;
}

/** What a query asks of, in short: the selector inside of one that counts once, or the beginning of a long one. */
export function shownQuery(query: string): string {
  if (query.includes(targetLabel)) return selectorIn(query);
  return query.length > longestShown ? `${query.slice(0, longestShown)}…` : query;
}

/** The first selector of a query, and its range: `istio_requests_total{reporter="source"}[1m]`. */
function selectorIn(query: string): string {
  const open = query.indexOf('{');
  const close = query.indexOf('}', open);
  const end = query[close + 1] === '[' ? query.indexOf(']', close) : close;
  return query.slice(query.lastIndexOf('(', open) + 1, end + 1);
}

function withProxy(series: string): string {
  const from = targetLabels.map((label) => `"${label}"`).join(',');
  return proxyPatterns.reduce(
    (inner, pattern) => `label_replace(${inner},"${proxyLabel}","$1","${targetLabel}","${pattern}")`,
    `label_join(${series},"${targetLabel}",";",${from})`,
  );
}
