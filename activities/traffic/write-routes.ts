import { isDeepStrictEqual } from 'node:util';
import type { SubsetWeights, Weights } from '../../domain/rollout.ts';
import { restoreRoutes } from '../../manifests/recorded-routes.ts';
import { editWeights, weightedVirtualService } from '../../manifests/virtual-service.ts';
import type { ClusterClient } from '../kubernetes/index.ts';
import { retryConflicts } from './conflict.ts';
import { refuseAsTarget } from './failure.ts';
import { recordedOf, recordRouting, type PreviousRouting } from './previous-routing.ts';
import { hostsOf, routesHost } from './routed-hosts.ts';
import {
  fieldsOf,
  markedNew,
  type Annotations,
  type Ensured,
  type VirtualService,
} from './routing-object.ts';
import { hasMark, steeringMark } from './steering-mark.ts';

export interface RouteChange {
  readonly namespace: string;
  readonly weights: Weights;
  /** Puts back what was recorded, and leaves no mark of the run; null to steer. */
  readonly restore: PreviousRouting | null;
}

export interface WrittenRoutes {
  readonly ensured: readonly Ensured<VirtualService>[];
  /** What the routes said before, as far as this run had not changed them yet. */
  readonly previous: PreviousRouting;
}

/**
 * Gives every host its weights in the VirtualService that routes it inside the mesh, or makes one where there is
 * none. Writes just what is not right yet; one list and the writes, because an abort waits for them.
 */
export async function writeRoutes(client: ClusterClient, change: RouteChange): Promise<WrittenRoutes> {
  const { namespace, weights } = change;
  let previous: PreviousRouting = {};
  const ensured = await retryConflicts(async () => {
    const all = await listVirtualServices(client, namespace);
    previous = { ...previous, ...recordRouting(all, Object.keys(weights), namespace) };
    const edits = all.map((existing) => ({ existing, edited: edit(existing, change) }));
    const unrouted = Object.entries(weights).filter(
      ([host]) => !all.some((one) => routesHost(one, host, namespace)),
    );
    return Promise.all([
      ...edits.flatMap(({ existing, edited }) =>
        edited === null ? [] : [write(client, existing, edited, change)],
      ),
      ...unrouted.map(([host, split]) => make(client, host, split, change, all)),
    ]);
  });
  return { ensured, previous };
}

/** The VirtualServices of a namespace. */
export async function listVirtualServices(
  client: ClusterClient,
  namespace: string,
): Promise<VirtualService[]> {
  return client.list<VirtualService>('networking.istio.io/v1', 'VirtualService', { namespace });
}

/** Applies the routes of an edited VirtualService, insisting on the version that was read. */
export async function applyRoutes(
  client: ClusterClient,
  existing: VirtualService,
  edited: VirtualService,
  mark: Annotations,
): Promise<VirtualService> {
  const http = edited.spec?.http ?? [];
  return client.apply(
    fieldsOf(existing, { http }, { hosts: existing.spec?.hosts ?? [] }, mark) as VirtualService,
  );
}

/** One VirtualService may route several of the hosts: null when it routes none. */
function edit(existing: VirtualService, { namespace, weights, restore }: RouteChange): VirtualService | null {
  const own = hostsOf(existing, weights, namespace);
  if (own.length === 0) return null;
  return refuseAsTarget(() =>
    own.reduce<VirtualService>((object, host) => {
      const split = weights[host] ?? {};
      const recorded = restore === null ? null : recordedOf(restore, host, existing.metadata.name);
      const edited =
        recorded === null ? editWeights(object, host, split) : restoreRoutes(object, host, split, recorded);
      return { ...existing, ...edited } as VirtualService;
    }, existing),
  );
}

async function write(
  client: ClusterClient,
  existing: VirtualService,
  edited: VirtualService,
  { namespace, weights, restore }: RouteChange,
): Promise<Ensured<VirtualService>> {
  const own = hostsOf(existing, weights, namespace).map((host) => [host, weights[host] ?? {}] as const);
  const mark = restore === null ? steeringMark(existing, Object.fromEntries(own)) : {};
  const isRight = isDeepStrictEqual(edited.spec?.http, existing.spec?.http) && hasMark(existing, mark);
  if (isRight) return { object: existing, written: false };
  return { object: await applyRoutes(client, existing, edited, mark), written: true };
}

async function make(
  client: ClusterClient,
  host: string,
  split: SubsetWeights,
  { namespace, restore }: RouteChange,
  others: readonly VirtualService[],
): Promise<Ensured<VirtualService>> {
  const manifest = refuseAsTarget(() => weightedVirtualService(host, namespace, split));
  const mark = restore === null ? steeringMark(null, { [host]: split }) : {};
  return { object: await client.apply(markedNew(manifest as VirtualService, others, mark)), written: true };
}
