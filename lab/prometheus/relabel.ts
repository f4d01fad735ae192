/** A Prometheus relabelling rule, as its configuration spells it. */
export interface RelabelRule {
  readonly source_labels?: readonly string[];
  readonly separator?: string;
  readonly regex?: string;
  readonly target_label?: string;
  readonly replacement?: string;
  readonly action?: 'replace' | 'keep' | 'drop' | 'labelmap';
}

/** Port where a proxy of Istio's shows its metrics. */
const metricsPort = 15090;

/** Keeps one target a running pod with a proxy (an init container where it is a native sidecar), named as Istio's add-on does. */
export const targetRules: readonly RelabelRule[] = [
  { source_labels: ['__meta_kubernetes_pod_container_name'], regex: 'istio-proxy', action: 'keep' },
  { source_labels: ['__meta_kubernetes_pod_phase'], regex: 'Succeeded|Failed', action: 'drop' },
  {
    source_labels: ['__meta_kubernetes_pod_ip'],
    regex: '(.+)',
    target_label: '__address__',
    replacement: `$1:${metricsPort}`,
  },
  { regex: '__meta_kubernetes_pod_label_(.+)', action: 'labelmap' },
  { source_labels: ['__meta_kubernetes_namespace'], target_label: 'namespace' },
  { source_labels: ['__meta_kubernetes_pod_name'], target_label: 'pod' },
];

/** Everything else that proxies print stays out. */
export const istioMetricsOnly: RelabelRule = {
  source_labels: ['__name__'],
  regex: 'istio_.+',
  action: 'keep',
};
