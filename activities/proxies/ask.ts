import { ApplicationFailure } from '@temporalio/activity';
import type { ClusterClient } from '../kubernetes/index.ts';
import { proxyContainer, type Proxy } from './proxies.ts';

/**
 * Asks a proxy's admin interface, as in `config_dump?resource=dynamic_route_configs` or `clusters?format=json`.
 * @param timeout milliseconds that the answer may take
 * @returns the text of the answer
 * @throws ApplicationFailure, retryable, when the proxy does not answer
 */
export async function askAdmin(
  client: ClusterClient,
  proxy: Proxy,
  path: string,
  timeout: number,
): Promise<string> {
  const target = { namespace: proxy.namespace, pod: proxy.pod, container: proxyContainer };
  const answer = await client.exec(target, ['pilot-agent', 'request', 'GET', path], timeout);
  if (answer.exitCode === 0) return answer.stdout;
  throw noAnswer(answer.stderr.trim() || `exit code ${answer.exitCode}`);
}

/**
 * Asks a proxy for its metrics in Prometheus' text format, as in `stats/prometheus?usedonly&filter=…`.
 * @param timeout milliseconds that the answer may take
 * @returns the text of the answer
 * @throws ApplicationFailure, retryable, when the proxy does not answer
 */
export async function askMetrics(
  client: ClusterClient,
  proxy: Proxy,
  path: string,
  timeout: number,
): Promise<string> {
  return askAdmin(client, proxy, path, timeout);
}

/** A failure of one proxy, which may answer the next time. Callers name the proxy. */
function noAnswer(reason: string): ApplicationFailure {
  return ApplicationFailure.retryable(`does not answer: ${reason}`);
}
