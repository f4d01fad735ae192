import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { labPorts } from '../../ports.ts';
import { nodeAddress } from '../addresses.ts';
import { reasonOf } from '../api/clients.ts';
import type { FindWorkload } from './istio-labels.ts';
import { readMetrics, type MeteredProxy } from './read-metrics.ts';

/** Longest wait for a proxy's answer, in ms: a Prometheus gives up sooner. */
const adminTimeout = 5_000;

/** What the server needs to know of the node's pods. */
export interface MeteredPods {
  /** The proxy of the pod with an address; undefined where there is none. */
  proxyAt(address: string): MeteredProxy | undefined;
  readonly findWorkload: FindWorkload;
}

/** Path under which the metrics of the proxy at an address are served. */
export function metricsPathOf(address: string): string {
  return `/proxies/${address}/stats/prometheus`;
}

/**
 * Serves the metrics of the node's proxies as Istio's proxies have them. Each Envoy leads the requests to its own ports 15020
 * and 15090 here, so that one that is stopped or gone does not answer.
 * @param block first two octets of the lab's addresses
 */
export async function serveTelemetry(block: string, pods: MeteredPods): Promise<{ stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    answer(request.url ?? '', response, pods).catch((error: unknown) => {
      response.writeHead(503).end(`the proxy's admin interface does not answer: ${reasonOf(error)}\n`);
    });
  });
  server.listen(labPorts.telemetry, nodeAddress(block));
  await once(server, 'listening');
  return {
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function answer(path: string, response: ServerResponse, pods: MeteredPods): Promise<void> {
  const { pathname, searchParams } = new URL(path, 'http://telemetry');
  const [, , address = ''] = pathname.split('/');
  const proxy = pods.proxyAt(address);
  if (proxy === undefined || pathname !== metricsPathOf(address)) {
    response.writeHead(404).end(`no proxy at ${address}\n`);
    return;
  }
  const { status, text } = await readMetrics(proxy, searchParams, pods.findWorkload, adminTimeout);
  response.writeHead(status, { 'content-type': 'text/plain; version=0.0.4' }).end(text);
}
