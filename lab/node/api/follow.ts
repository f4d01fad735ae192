import {
  ListWatch,
  Watch,
  type KubeConfig,
  type KubernetesListObject,
  type KubernetesObject,
} from '@kubernetes/client-node';

/** What to do with the objects of a kind. */
export interface Follower<T> {
  changed(object: T): void;
  gone(object: T): void;
  /** The watch broke; it is started again by itself. Told at most every ten seconds. */
  broken(error: unknown): void;
}

/** A running watch and its copy of the objects. */
export interface Follow<T> {
  list(): readonly T[];
  stop(): Promise<void>;
}

/** Short, because a restarted API server is back within seconds. */
const retryDelay = 500;

const complaintInterval = 10_000;

/**
 * Lists and watches the objects at an API path and goes on doing so whatever happens to the API server. Objects that
 * vanished while it was away are reported as gone by the list that follows.
 */
export function followObjects<T extends KubernetesObject>(
  config: KubeConfig,
  path: string,
  list: () => Promise<KubernetesListObject<T>>,
  follower: Follower<T>,
): Follow<T> {
  const watch = new ListWatch<T>(path, new Watch(config), list, false);
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let lastComplaint = -Infinity;
  const complain = (error: unknown): void => {
    if (performance.now() - lastComplaint < complaintInterval) return;
    lastComplaint = performance.now();
    follower.broken(error);
  };
  const start = (): void => void watch.start().catch(restart);
  const restart = (error: unknown): void => {
    if (stopped || timer !== undefined) return;
    complain(error);
    timer = setTimeout(() => {
      timer = undefined;
      start();
    }, retryDelay);
  };
  watch.on('add', (object) => follower.changed(object));
  watch.on('update', (object) => follower.changed(object));
  watch.on('delete', (object) => follower.gone(object));
  watch.on('error', restart);
  start();
  return {
    list: () => watch.list(),
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await watch.stop();
    },
  };
}
