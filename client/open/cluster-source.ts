import type { KubeConfig } from '@kubernetes/client-node';
import { eksContext } from '../../access/eks-context.ts';
import { KubeconfigError, loadKubeConfig, type KubeConfigSource } from '../../access/kubeconfig.ts';
import type { ClusterConnection } from '../../domain/rollout.ts';
import { type ClientError, refuse } from '../errors.ts';
import { type ClusterOptions, namesCluster } from './cluster-options.ts';

/**
 * The kubeconfig of the cluster that the options name, else of the one that a rollout works on.
 * @throws ClientError if it cannot be had on this machine
 */
export function clusterConfig(options: ClusterOptions, connection: ClusterConnection | null): KubeConfig {
  if (namesCluster(options) || connection === null)
    return load({ kubeconfig: options.kubeconfig ?? null, context: options.context ?? null }, '');
  const remedy = `; name the cluster of ${connection.name} with --kubeconfig and --context`;
  if (connection.eks === undefined) return load(connection, remedy);
  return eksConfig(connection.name, connection.eks.region);
}

function load(source: KubeConfigSource, remedy: string): KubeConfig {
  try {
    return loadKubeConfig(source);
  } catch (error) {
    if (error instanceof KubeconfigError) throw refuse(`${error.message}${remedy}`);
    throw error;
  }
}

/** A worker signs its own tokens for EKS; a person has the AWS CLI do it, by an entry of their kubeconfig. */
function eksConfig(name: string, region: string): KubeConfig {
  const command = `aws eks update-kubeconfig --name ${name} --region ${region}`;
  const config = load({ kubeconfig: null, context: null }, `; \`${command}\` makes an entry for the cluster`);
  const context = eksContext(config, { name, region });
  if (context === null) throw noEntry(name, region, command);
  config.setCurrentContext(context);
  return config;
}

function noEntry(name: string, region: string, command: string): ClientError {
  return refuse(
    `your kubeconfig has no entry for EKS cluster ${name} in ${region}: \`${command}\` makes one, or name another with --kubeconfig and --context`,
  );
}
