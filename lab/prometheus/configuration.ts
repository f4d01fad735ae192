import { istioMetricsOnly, targetRules } from './relabel.ts';

/** Gates in the lab look over windows of a few seconds. */
const labInterval = '1s';

/** A Prometheus gives up on a target that takes longer than it looks away. */
const scrapeTimeout = '1s';

/** Configuration of the lab's Prometheus: every proxy of every pod of the cluster that the kubeconfig names. */
export function prometheusConfiguration(
  kubeconfig: string,
  scrapeInterval: string = labInterval,
): Record<string, unknown> {
  return {
    global: {
      scrape_interval: scrapeInterval,
      scrape_timeout: scrapeTimeout,
      evaluation_interval: scrapeInterval,
    },
    scrape_configs: [
      {
        job_name: 'kubernetes-pods',
        metrics_path: '/stats/prometheus',
        // Rendering what nobody asks for each second costs more than serving requests.
        params: { usedonly: [''], filter: ['istio_'] },
        kubernetes_sd_configs: [{ role: 'pod', kubeconfig_file: kubeconfig }],
        relabel_configs: targetRules,
        metric_relabel_configs: [istioMetricsOnly],
      },
    ],
  };
}
