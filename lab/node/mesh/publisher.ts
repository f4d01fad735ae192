import { setTimeout as sleep } from 'node:timers/promises';
import { reasonOf, serverSideApply, statusOf, unlessGone, type Clients } from '../api/clients.ts';
import type { Log } from '../settings.ts';
import type { MeshObject } from './objects.ts';

const fieldManager = 'sluice-lab-node';
const retryDelay = 500;

/** Every lab begins without Istio's types, and its webhooks fail while istiod starts: no news for ten seconds. */
const quietTries = 20;

/** What a reinstalled Istio forgot is missed for this long at most, in ms: proxies count nothing meanwhile. */
const reassertInterval = 2_000;

/** Items of a list do not repeat their kind. */
interface MeshObjectList {
  items: Omit<MeshObject, 'kind'>[];
}

/** Objects the agent wants in the API, and how far each is. */
interface Wish {
  object: MeshObject;
  wanted: boolean;
  done: Promise<void>;
}

/**
 * Keeps Istio objects in the API as wanted. Neither Istio's types nor its webhooks need be there yet: what cannot be
 * written is tried again, and what a removed and reinstalled Istio forgot is written anew.
 */
export class MeshPublisher {
  private readonly wishes = new Map<string, Wish>();
  private timer: NodeJS.Timeout | undefined;
  private readonly clients: Clients;
  private readonly log: Log;
  private stopped = false;

  constructor(clients: Clients, log: Log) {
    this.clients = clients;
    this.log = log;
  }

  /** Begins to look now and then whether what was written is still there. */
  start(): void {
    this.timer = setInterval(() => void this.reassert(), reassertInterval);
  }

  /** Wants the object; settles once it is written. */
  put(object: MeshObject): Promise<void> {
    return this.wish(object, true);
  }

  /** No longer wants the object; settles once it is gone. */
  remove(object: MeshObject): Promise<void> {
    return this.wish(object, false);
  }

  stop(): void {
    this.stopped = true;
    clearInterval(this.timer);
  }

  private wish(object: MeshObject, wanted: boolean): Promise<void> {
    const key = keyOf(object);
    const before = this.wishes.get(key);
    // Calls for one object go one after the other: a late write must not undo a removal.
    const wish: Wish = { object, wanted, done: Promise.resolve() };
    this.wishes.set(key, wish);
    wish.done = (before?.done ?? Promise.resolve()).then(() => this.fulfil(key, wish));
    return wish.done;
  }

  private async fulfil(key: string, wish: Wish): Promise<void> {
    for (let tries = 0; !this.stopped && this.wishes.get(key) === wish; tries++) {
      if (tries > 0) await sleep(retryDelay);
      if (await this.attempt(wish, tries)) break;
    }
    if (!wish.wanted && this.wishes.get(key) === wish) this.wishes.delete(key);
  }

  private async attempt({ object, wanted }: Wish, tries: number): Promise<boolean> {
    try {
      await (wanted ? this.apply(object) : this.delete(object));
      return true;
    } catch (error) {
      // 404: no Istio, which may be as it should be for as long as the lab runs.
      if (tries === quietTries && statusOf(error) !== 404) {
        this.log(`node: ${keyOf(object)} is not written yet, still trying: ${reasonOf(error)}`);
      }
      return false;
    }
  }

  private async apply(object: MeshObject): Promise<void> {
    const address = { ...resourceOf(object), name: object.metadata.name };
    await this.clients.custom.patchNamespacedCustomObject(
      { ...address, body: object, fieldManager, force: true },
      serverSideApply,
    );
  }

  private async delete(object: MeshObject): Promise<void> {
    const address = { ...resourceOf(object), name: object.metadata.name };
    await unlessGone(this.clients.custom.deleteNamespacedCustomObject(address));
  }

  /** Writes anew what is wanted and not there. */
  async reassert(): Promise<void> {
    const wanted = [...this.wishes.values()].filter((wish) => wish.wanted).map(({ object }) => object);
    for (const kind of new Set(wanted.map((object) => object.kind))) {
      const objects = wanted.filter((object) => object.kind === kind);
      const present = await this.present(objects[0]);
      for (const object of objects) {
        if (present?.has(keyOf(object)) === false) await this.apply(object).catch(() => undefined);
      }
    }
  }

  /** Keys of the objects of this kind that the API has; `undefined` when it cannot be asked. */
  private async present(example: MeshObject | undefined): Promise<Set<string> | undefined> {
    if (example === undefined) return undefined;
    try {
      const list = (await this.clients.custom.listClusterCustomObject(resourceOf(example))) as MeshObjectList;
      return new Set(list.items.map((item) => keyOf({ ...item, kind: example.kind })));
    } catch {
      // Asked again at the next interval: Istio may not be installed.
      return undefined;
    }
  }
}

const plurals = { Sidecar: 'sidecars', EnvoyFilter: 'envoyfilters', WorkloadEntry: 'workloadentries' };

function resourceOf(object: MeshObject) {
  const [group = '', version = ''] = object.apiVersion.split('/');
  return { group, version, plural: plurals[object.kind], namespace: object.metadata.namespace };
}

function keyOf({ kind, metadata }: MeshObject): string {
  return `${kind} ${metadata.namespace}/${metadata.name}`;
}
