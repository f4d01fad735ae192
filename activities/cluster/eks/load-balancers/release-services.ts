import { log } from '@temporalio/activity';
import { gatewayApiVersion } from '../../../../domain/routing.ts';
import { type ClusterClient, isRetryable, type KubeObject, refOf } from '../../../kubernetes/index.ts';
import { isUnknownKind } from '../../../kubernetes/discovery.ts';
import { apiCode, forbidden, unauthorized } from '../../../kubernetes/failure.ts';
import type { EksOperation } from '../operation.ts';
import { renewCredentials } from '../preflight/index.ts';

type Service = KubeObject & { readonly spec?: { readonly type?: string } };

/**
 * Deletes what the cluster's own controllers keep load balancers for: Services, Ingresses and Gateways. They remove the
 * load balancers then, with their security groups.
 * @param operation the cluster
 * @param client the cluster's API
 * @returns how many there were; 0 for a cluster that does not answer any more, or does not know the caller
 */
export async function releaseServices(operation: EksOperation, client: ClusterClient): Promise<number> {
  operation.tell(`looking for load balancers of EKS cluster ${operation.cluster}`);
  try {
    return await renewingToken(operation, () => release(client));
  } catch (error) {
    if (!isRetryable(error) && !isUnknownCaller(error)) throw error;
    const why = isRetryable(error) ? 'does not answer' : 'does not know the caller, or does not let it';
    log.warn(`EKS cluster ${operation.cluster} ${why}: its load balancers are removed without it`, { error });
    return 0;
  }
}

async function release(client: ClusterClient): Promise<number> {
  const services = await client.list<Service>('v1', 'Service');
  const ingresses = await client.list('networking.k8s.io/v1', 'Ingress').catch(noneIfUnknown);
  const gateways = await client.list(gatewayApiVersion, 'Gateway').catch(noneIfUnknown);
  const balanced = services.filter(({ spec }) => spec?.type === 'LoadBalancer');
  const holders = [...balanced, ...ingresses, ...gateways];
  for (const holder of holders) await client.remove(refOf(holder));
  return holders.length;
}

/** A token ends with the credentials that signed it: it is made anew once AWS takes those of the worker. */
async function renewingToken<T>(operation: EksOperation, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (apiCode(error) !== unauthorized) throw error;
    await renewCredentials(operation);
    return await act();
  }
}

function isUnknownCaller(error: unknown): boolean {
  const code = apiCode(error);
  return code === unauthorized || code === forbidden;
}

/** Most clusters have no Gateway API. */
function noneIfUnknown(error: unknown): KubeObject[] {
  if (isUnknownKind(error)) return [];
  throw error;
}
