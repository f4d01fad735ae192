import { kubeconfigVersion } from '../../access/kubeconfig.ts';
import type { ClusterConnection } from '../../domain/rollout.ts';
import { awsClients } from '../aws/clients.ts';
import { requireAccepted } from './accepted-kubeconfigs.ts';
import { createClient, type ClusterClient, type ConfigLoader } from './client.ts';
import { eksConfig } from './eks-config.ts';
import { loadKubeConfig } from './kubeconfig.ts';

/** More clusters than one worker steers; the oldest client is given up. */
const maxClients = 100;

/** How long an EKS cluster's address is believed, in ms: one that was made again under its name has another. */
const eksConfigLifetime = 5 * 60_000;

const clients = new Map<string, { version: string; client: ClusterClient }>();

/** What of a connection leads to the cluster. */
export type ReachableCluster = Pick<ClusterConnection, 'name' | 'kubeconfig' | 'context' | 'eks'>;

/** The client of a connection; the same one as long as its kubeconfig is unchanged, so that connections are kept. */
export function clientFor(connection: ReachableCluster): ClusterClient {
  const { name, kubeconfig, context, eks } = connection;
  const key = JSON.stringify([kubeconfig, context, eks && [name, eks.region, eks.profile]]);
  if (eks === undefined) requireAccepted(kubeconfig);
  const version = eks === undefined ? kubeconfigVersion({ kubeconfig, context }) : '';
  const known = clients.get(key);
  if (known?.version === version) return known.client;
  const client = createClient(loaderOf(connection));
  clients.set(key, { version, client });
  const [oldest] = clients.keys();
  if (clients.size > maxClients && oldest !== undefined) clients.delete(oldest);
  return client;
}

function loaderOf({ name, kubeconfig, context, eks }: ReachableCluster): ConfigLoader {
  if (eks !== undefined) return keeping(() => eksConfig(awsClients(eks), name));
  const config = loadKubeConfig({ kubeconfig, context });
  return () => Promise.resolve(config);
}

/** Loads once in a while; a load that failed is tried again at once. */
function keeping(load: ConfigLoader): ConfigLoader {
  let kept: { readonly config: ReturnType<ConfigLoader>; readonly until: number } | null = null;
  return () => {
    if (kept !== null && performance.now() < kept.until) return kept.config;
    const config = load();
    kept = { config, until: performance.now() + eksConfigLifetime };
    config.catch(() => (kept = null));
    return config;
  };
}
