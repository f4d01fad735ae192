import type { ClusterClient } from '../kubernetes/index.ts';
import { adminWays, metricsWays } from './ways.ts';
import { askBy } from './ask-by.ts';
import type { Proxy } from './proxies.ts';

/**
 * Asks a proxy's admin interface, as in `config_dump?resource=dynamic_route_configs` or `clusters?format=json`: through a
 * forwarded port, or by a command in its container where ports may not be forwarded.
 * @param timeout milliseconds that the answer may take
 * @returns the text of the answer
 * @throws ApplicationFailure when the proxy does not answer, or may not be asked in any way
 */
export async function askAdmin(
  client: ClusterClient,
  proxy: Proxy,
  path: string,
  timeout: number,
): Promise<string> {
  return await askBy(adminWays, { client, proxy, path, timeout });
}

/**
 * Asks a proxy for its metrics in Prometheus' text format, as in `stats/prometheus?usedonly&filter=…`: at the pod's address,
 * through the API server where the worker does not reach that, or by a command in its container where neither works.
 * @param timeout milliseconds that the answer may take
 * @returns the text of the answer
 * @throws ApplicationFailure when the proxy does not answer, or may not be asked in any way
 */
export async function askMetrics(
  client: ClusterClient,
  proxy: Proxy,
  path: string,
  timeout: number,
): Promise<string> {
  return await askBy(metricsWays, { client, proxy, path, timeout });
}
