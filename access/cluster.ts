import { ApiException, CoreV1Api, type KubeConfig, type V1Service } from '@kubernetes/client-node';
import type { ObjectRef } from '../domain/rollout.ts';
import { messageOf } from '../domain/message-of.ts';
import { forwardService, type Forward, type ForwardOptions } from './forward.ts';

/** A cluster as a person reaches it from where they are, with their own credentials. */
export interface Cluster {
  /** Where its API server is. */
  readonly server: string;
  /** A Service as it is now; null where there is none. */
  readService(ref: ObjectRef): Promise<V1Service | null>;
  /** Opens a port of this machine's loopback address that leads to a Service. */
  forward(service: V1Service, options: ForwardOptions): Promise<Forward>;
}

/** The cluster of a kubeconfig's current context. */
export function reachCluster(config: KubeConfig): Cluster {
  const api = config.makeApiClient(CoreV1Api);
  const server = config.getCurrentCluster()?.server ?? '';
  return {
    server,
    async readService({ name, namespace = 'default' }) {
      try {
        return await api.readNamespacedService({ name, namespace });
      } catch (error) {
        if (error instanceof ApiException && error.code === 404) return null;
        throw new Error(`cannot read Service ${namespace}/${name} at ${server}: ${reasonOf(error)}`, {
          cause: error,
        });
      }
    },
    forward: (service, options) => forwardService(config, service, options),
  };
}

/** What the API server says, rather than the library's dump of its answer. */
function reasonOf(error: unknown): string {
  if (!(error instanceof ApiException)) return messageOf(error);
  const { message } = statusOf(error.body);
  return message ?? `status ${error.code}`;
}

function statusOf(body: unknown): { readonly message?: string } {
  try {
    const status: unknown = typeof body === 'string' ? JSON.parse(body) : body;
    return typeof status === 'object' && status !== null ? status : {};
  } catch {
    return {};
  }
}
