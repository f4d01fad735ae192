import { log } from '@temporalio/activity';
import { gatewayApiVersion } from '../../../../domain/routing.ts';
import { type ClusterClient, isRetryable, type KubeObject, refOf } from '../../../kubernetes/index.ts';
import { isUnknownKind } from '../../../kubernetes/discovery.ts';
import type { Errand } from '../errand.ts';

type Service = KubeObject & { readonly spec?: { readonly type?: string } };

/**
 * Deletes what the cluster's own controllers keep load balancers for: they remove them then, with their security groups.
 * @returns how many there were; a cluster that does not answer any more has none to tell
 */
export async function releaseServices(errand: Errand, client: ClusterClient): Promise<number> {
  errand.tell(`looking for load balancers of EKS cluster ${errand.cluster}`);
  try {
    const services = await client.list<Service>('v1', 'Service');
    const gateways = await client.list(gatewayApiVersion, 'Gateway').catch(noneIfUnknown);
    const holders = [...services.filter(({ spec }) => spec?.type === 'LoadBalancer'), ...gateways];
    for (const holder of holders) await client.remove(refOf(holder));
    return holders.length;
  } catch (error) {
    if (!isRetryable(error)) throw error;
    log.warn(`EKS cluster ${errand.cluster} does not answer: its load balancers are removed without it`, {
      error,
    });
    return 0;
  }
}

/** Most clusters have no Gateway API. */
function noneIfUnknown(error: unknown): KubeObject[] {
  if (isUnknownKind(error)) return [];
  throw error;
}
