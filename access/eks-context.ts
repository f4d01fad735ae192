import type { KubeConfig } from '@kubernetes/client-node';

/** An EKS cluster, which is its account's alone. */
export interface EksCluster {
  readonly name: string;
  readonly region: string;
}

/** The context by which a kubeconfig reaches an EKS cluster, as Sluice, eksctl or the AWS CLI writes it; null for none. */
export function eksContext(config: KubeConfig, { name, region }: EksCluster): string | null {
  const isNamed = (cluster: string) => {
    if (cluster === `${name}.${region}.eksctl.io`) return true;
    const [, , service, where, , resource] = cluster.split(':');
    return service === 'eks' && where === region && resource === `cluster/${name}`;
  };
  return config.getContexts().find(({ cluster }) => isNamed(cluster))?.name ?? null;
}
