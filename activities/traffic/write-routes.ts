import { isDeepStrictEqual } from 'node:util';
import type { SubsetWeights, Weights } from '../../domain/rollout.ts';
import { isSameHost } from '../../manifests/host.ts';
import { editWeights, weightedVirtualService } from '../../manifests/virtual-service.ts';
import type { ClusterClient } from '../kubernetes/index.ts';
import { retryConflicts } from './conflict.ts';
import { refuseAsTarget } from './failure.ts';
import { fieldsOf, markedNew, type Ensured, type VirtualService } from './routing-object.ts';

/** How VirtualServices name the sidecars, as opposed to gateways. */
const meshGateway = 'mesh';

/**
 * Gives every host its weights in the VirtualService that routes it inside the mesh, or makes one where there is
 * none. Writes just what is not right yet; one list and the writes, because an abort waits for them.
 */
export async function writeRoutes(
  client: ClusterClient,
  namespace: string,
  weights: Weights,
): Promise<Ensured[]> {
  return retryConflicts(async () => {
    const all = await client.list<VirtualService>('networking.istio.io/v1', 'VirtualService', { namespace });
    const edits = all.map((existing) => ({ existing, edited: edit(existing, namespace, weights) }));
    const unrouted = Object.entries(weights).filter(
      ([host]) => !all.some((one) => routes(one, host, namespace)),
    );
    return Promise.all([
      ...edits.flatMap(({ existing, edited }) => (edited === null ? [] : [write(client, existing, edited)])),
      ...unrouted.map(([host, split]) => make(client, namespace, host, split, all)),
    ]);
  });
}

/** Whether a VirtualService routes the service's requests inside the mesh. */
function routes({ spec }: VirtualService, host: string, namespace: string): boolean {
  const gateways = spec?.gateways ?? [];
  const inMesh = gateways.length === 0 || gateways.includes(meshGateway);
  return inMesh && (spec?.hosts ?? []).some((given) => isSameHost(given, host, namespace));
}

/** One VirtualService may route several of the hosts: null when it routes none. */
function edit(existing: VirtualService, namespace: string, weights: Weights): VirtualService | null {
  const own = Object.entries(weights).filter(([host]) => routes(existing, host, namespace));
  if (own.length === 0) return null;
  return refuseAsTarget(() =>
    own.reduce<VirtualService>(
      (object, [host, split]) => ({ ...existing, ...editWeights(object, host, split) }) as VirtualService,
      existing,
    ),
  );
}

async function write(
  client: ClusterClient,
  existing: VirtualService,
  edited: VirtualService,
): Promise<Ensured> {
  const http = edited.spec?.http ?? [];
  if (isDeepStrictEqual(http, existing.spec?.http)) return { object: existing, written: false };
  const body = fieldsOf(existing, { http }, { hosts: existing.spec?.hosts ?? [] });
  return { object: await client.apply(body), written: true };
}

async function make(
  client: ClusterClient,
  namespace: string,
  host: string,
  weights: SubsetWeights,
  others: readonly VirtualService[],
): Promise<Ensured> {
  const manifest = refuseAsTarget(() => weightedVirtualService(host, namespace, weights));
  return { object: await client.apply(markedNew(manifest, others)), written: true };
}
