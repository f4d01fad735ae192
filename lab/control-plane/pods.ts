import { z } from 'zod';
import { apiServerUrl } from './api-server.ts';
import type { PkiFiles } from './pki.ts';
import { adminAccess, get } from './request.ts';

/** A pod as `lab status` shows it. */
export interface PodSummary {
  readonly namespace: string;
  readonly name: string;
  readonly phase: string;
  /** Containers that are ready, and all of them. */
  readonly ready: number;
  readonly containers: number;
  readonly address: string | null;
}

const containers = z.array(z.object({ name: z.string(), restartPolicy: z.string().optional() })).default([]);
const containerStatuses = z.array(z.object({ name: z.string(), ready: z.boolean() })).default([]);

const pod = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string() }),
  spec: z.object({ containers, initContainers: containers }),
  status: z.object({
    phase: z.string().default('Unknown'),
    podIP: z.string().optional(),
    containerStatuses,
    initContainerStatuses: containerStatuses,
  }),
});

const podList = z.object({ items: z.array(pod) });

/** All pods of the cluster at the address. Throws when its API server does not answer. */
export async function listPods(address: string, pki: PkiFiles): Promise<PodSummary[]> {
  const text = await get(`${apiServerUrl(address)}/api/v1/pods`, adminAccess(pki));
  return podList.parse(JSON.parse(text)).items.map(summarise);
}

/** Counts as `kubectl get pods` does: an init container that stays, a native sidecar, is one of the pod's containers. */
function summarise({ metadata, spec, status }: z.infer<typeof pod>): PodSummary {
  const sidecars = spec.initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always');
  const names = new Set([...spec.containers, ...sidecars].map(({ name }) => name));
  const ready = [...status.containerStatuses, ...status.initContainerStatuses].filter(
    (container) => container.ready && names.has(container.name),
  );
  return {
    ...metadata,
    phase: status.phase,
    ready: ready.length,
    containers: names.size,
    address: status.podIP ?? null,
  };
}
