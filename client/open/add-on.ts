/** Where an add-on of Istio can be reached: where it is exposed, else at a port of this machine. */
import type { Cluster } from '../../access/cluster.ts';
import type { Forward } from '../../access/forward.ts';
import { addonUrl, addons, serviceOf, type AddonName } from '../../domain/addons.ts';
import { balancerHost, httpUrl } from '../../domain/load-balancer.ts';
import { type ClientError, refuse } from '../errors.ts';
import type { Subject } from './subject.ts';

/** An address, and what keeps it open; null where nothing of ours does. */
export interface Opened {
  readonly url: string;
  readonly forward: Forward | null;
}

export interface Opening {
  readonly name: AddonName;
  readonly subject: Subject;
  /** Null for whichever. */
  readonly localPort: number | null;
  /** Told of connections that came to nothing. */
  readonly onTrouble: (reason: string) => void;
}

/**
 * Finds the address of an add-on, or makes one.
 * @throws ClientError if the cluster has no such add-on
 */
export async function openAddon(reach: () => Promise<Cluster>, opening: Opening): Promise<Opened> {
  const { name, subject, localPort, onTrouble } = opening;
  const told = subject.addresses[name];
  if (told !== undefined) return { url: told, forward: null };
  const cluster = await reach();
  const service = await cluster.readService(serviceOf(name));
  if (service === null) return absent(cluster, opening);
  const { port } = addons[name];
  const host = service.spec?.type === 'LoadBalancer' ? balancerHost(service) : null;
  if (host !== null) return { url: addonUrl(name, httpUrl(host, port), subject.namespace), forward: null };
  const forward = await cluster.forward(service, { port, localPort, onTrouble });
  return { url: addonUrl(name, `http://${forward.address}`, subject.namespace), forward };
}

/** A provider may bring a Prometheus that is no add-on of the cluster. */
function absent(cluster: Cluster, { name, subject }: Opening): Opened {
  const brought = name === 'prometheus' ? (subject.connection?.prometheus ?? null) : null;
  if (brought !== null) return { url: brought, forward: null };
  throw notThere(cluster, name);
}

function notThere({ server }: Cluster, name: AddonName): ClientError {
  const { name: service, namespace = '' } = serviceOf(name);
  return refuse(
    `there is no Service ${namespace}/${service} in the cluster at ${server}: a rollout brings it with spec.addons.install: [${name}]`,
  );
}
