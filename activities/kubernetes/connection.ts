import { createClient, type ClusterClient } from './client.ts';
import { kubeconfigVersion, loadKubeConfig, type KubeConfigSource } from './kubeconfig.ts';

/** More clusters than one worker steers; the oldest client is given up. */
const maxClients = 100;

const clients = new Map<string, { version: string; client: ClusterClient }>();

/** The client of a connection; the same one as long as its kubeconfig is unchanged, so that connections are kept. */
export function clientFor(source: KubeConfigSource): ClusterClient {
  const key = JSON.stringify([source.kubeconfig, source.context]);
  const version = kubeconfigVersion(source);
  const known = clients.get(key);
  if (known?.version === version) return known.client;
  const client = createClient(loadKubeConfig(source));
  clients.set(key, { version, client });
  const [oldest] = clients.keys();
  if (clients.size > maxClients && oldest !== undefined) clients.delete(oldest);
  return client;
}
