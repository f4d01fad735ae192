import type { ClusterConnection } from './rollout.ts';
import type { DeliverySpec, PrometheusSpec } from './spec/document.ts';

/** The Prometheus of a delivery: its own, or the one of its cluster; null where neither is known. */
export function prometheusOf(
  { prometheus }: Pick<DeliverySpec, 'prometheus'>,
  { prometheus: address }: Pick<ClusterConnection, 'prometheus'>,
): PrometheusSpec | null {
  return prometheus ?? (address === null ? null : { address, credentials: null });
}
