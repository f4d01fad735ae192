import type { Pod } from '../api/models.ts';
import type { Program } from '../images/program.ts';
import { findProgram } from '../images/table.ts';
import { gatewayFilter, podSidecar, workloadEntry, type MeshObject } from './objects.ts';
import type { MeshPublisher } from './publisher.ts';

/** One pod's part in the mesh. */
export interface PodMesh {
  /** Writes what the pod's proxy needs before it starts; settles once it is written. */
  join(): Promise<void>;
  /** Lets requests be routed to the pod. */
  publish(): Promise<void>;
  /** Lets no more requests be routed to the pod. */
  withdraw(): Promise<void>;
  /** Takes everything about the pod out of the mesh. */
  leave(): Promise<void>;
}

/** The part that a pod's containers give it: destination, sidecar, gateway, or none. */
export function podMesh(
  pod: Pod,
  address: string,
  publisher: MeshPublisher,
  programs: readonly Program[] | undefined,
): PodMesh {
  const entry = isDestination(pod, programs) ? workloadEntry(pod, address) : undefined;
  const binding = bindingOf(pod, address, programs);
  let published = false;
  const withdraw = async (): Promise<void> => {
    if (!published || entry === undefined) return;
    published = false;
    await publisher.remove(entry);
  };
  return {
    join: async () => {
      // An agent that was killed may have left the pod published.
      if (entry) void publisher.remove(entry);
      if (binding) await publisher.put(binding);
    },
    publish: async () => {
      if (published || entry === undefined) return;
      published = true;
      await publisher.put(entry);
    },
    withdraw,
    leave: async () => {
      await Promise.all([withdraw(), binding && publisher.remove(binding)]);
    },
  };
}

function isDestination(pod: Pod, programs: readonly Program[] | undefined): boolean {
  const containers = pod.spec?.containers ?? [];
  return containers.some(({ image = '' }) => findProgram(image, programs)?.role === 'application');
}

function bindingOf(
  pod: Pod,
  address: string,
  programs: readonly Program[] | undefined,
): MeshObject | undefined {
  const all = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])];
  const proxy = all.find(({ image = '' }) => findProgram(image, programs)?.role === 'proxy');
  if (proxy === undefined) return undefined;
  return proxy.args?.includes('router') ? gatewayFilter(pod, address) : podSidecar(pod, address);
}
