import type { KubeConfig } from '@kubernetes/client-node';
import { fieldManager } from '../../domain/defaults.ts';
import type { ObjectRef } from '../../domain/rollout.ts';
import { createDiscovery, isUnknownKind } from './discovery.ts';
import { execInPod, type ExecResult, type ExecTarget } from './exec.ts';
import { apiCode } from './failure.ts';
import { describeRef, refOf, type KubeObject } from './object.ts';
import { getByPortForward, type PodAnswer, type PodPort } from './port-forward.ts';
import { createTransport } from './transport.ts';

export interface ListOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

export interface RemoveOptions {
  /** Foreground: the object stays until what it owns is gone. */
  readonly propagation: 'Foreground' | 'Background';
}

/** A cluster, as activities see it. All of it fails with the failures of `failure.ts`. */
export interface ClusterClient {
  /** Version of the API server, as in `v1.36.3`. */
  version(): Promise<string>;
  /** The object as it is now; null when there is none, or when its kind is not served. */
  read<T extends KubeObject>(ref: ObjectRef): Promise<T | null>;
  /** Whether objects of a kind are in namespaces; null for a kind that is not served. */
  isNamespaced(kind: Pick<ObjectRef, 'apiVersion' | 'kind'>): Promise<boolean | null>;
  /** Objects of a kind; of all namespaces when none is given. */
  list<T extends KubeObject>(apiVersion: string, kind: string, options?: ListOptions): Promise<T[]>;
  /** Server-side apply with Sluice's field manager, which takes fields over from others. */
  apply<T extends KubeObject>(object: T, manager?: string): Promise<T>;
  /** What `apply` would make of the object, by the server's word (`dryRun=All`); nothing is changed. */
  preview<T extends KubeObject>(object: T, manager?: string): Promise<T>;
  /** JSON merge patch, for fields that are not Sluice's to own; null removes a field. */
  merge<T extends KubeObject>(ref: ObjectRef, patch: object): Promise<T>;
  /** Asks for deletion; false when there was nothing to delete. */
  remove(ref: ObjectRef, options?: RemoveOptions): Promise<boolean>;
  /** Runs a command in a container and waits for its end. */
  exec(target: ExecTarget, command: readonly string[], timeout: number): Promise<ExecResult>;
  /** Asks a pod's port over HTTP through the API server (`pods/proxy`), which does not reach loopback addresses. */
  getByProxy(target: PodPort, path: string, timeout: number): Promise<PodAnswer>;
  /** Asks a pod's port over HTTP, one of the pod's loopback address too (`pods/portforward`). */
  getByPortForward(target: PodPort, path: string, timeout: number): Promise<PodAnswer>;
}

/** Comes by the kubeconfig that a client works with: at its first request, and again after one that failed. */
export type ConfigLoader = () => Promise<KubeConfig>;

/** A client for the current context of a kubeconfig. */
export function createClient(load: ConfigLoader): ClusterClient {
  const send = createTransport(load);
  const { pathOf, isNamespaced } = createDiscovery(send);

  async function sendApply(object: KubeObject, query: Readonly<Record<string, string>>): Promise<unknown> {
    const ref = refOf(object);
    return await send({
      method: 'PATCH',
      path: await pathOf(ref),
      query: { ...query, force: 'true' },
      body: object,
      contentType: 'application/apply-patch+yaml',
      what: `apply ${describeRef(ref)}`,
    });
  }

  return {
    async version() {
      const answer = await send({ method: 'GET', path: '/version', what: 'read the version of the cluster' });
      return (answer as { gitVersion: string }).gitVersion;
    },

    async read<T extends KubeObject>(ref: ObjectRef) {
      return orNull(async () => {
        const request = { method: 'GET', path: await pathOf(ref), what: `read ${describeRef(ref)}` } as const;
        return (await send(request)) as T;
      });
    },

    isNamespaced: async (kind) => orNull(() => isNamespaced(kind)),

    async list<T extends KubeObject>(apiVersion: string, kind: string, options: ListOptions = {}) {
      const { namespace, ...query } = options;
      const path = await pathOf(
        namespace === undefined ? { apiVersion, kind } : { apiVersion, kind, namespace },
      );
      const answer = await send({ method: 'GET', path, query, what: `list ${kind}s` });
      // Items of a list carry neither: the list says it once for all.
      return (answer as { items: T[] }).items.map((item) => ({ ...item, apiVersion, kind }));
    },

    async apply<T extends KubeObject>(object: T, manager: string = fieldManager) {
      return (await sendApply(object, { fieldManager: manager })) as T;
    },

    async preview<T extends KubeObject>(object: T, manager: string = fieldManager) {
      return (await sendApply(object, { fieldManager: manager, dryRun: 'All' })) as T;
    },

    async merge<T extends KubeObject>(ref: ObjectRef, patch: object) {
      const answer = await send({
        method: 'PATCH',
        path: await pathOf(ref),
        query: { fieldManager },
        body: patch,
        contentType: 'application/merge-patch+json',
        what: `change ${describeRef(ref)}`,
      });
      return answer as T;
    },

    async remove(ref, { propagation } = { propagation: 'Background' }) {
      const answer = await orNull(async () =>
        send({
          method: 'DELETE',
          path: await pathOf(ref),
          body: { propagationPolicy: propagation },
          what: `delete ${describeRef(ref)}`,
        }),
      );
      return answer !== null;
    },

    exec: async (target, command, timeout) => execInPod(await load(), target, command, timeout),

    async getByProxy({ namespace, pod, port }, path, timeout) {
      const [pathname = '', search = ''] = path.split(/\?(.*)/s);
      const text = await send({
        method: 'GET',
        path: `/api/v1/namespaces/${namespace}/pods/${pod}:${port}/proxy/${pathname}`,
        query: Object.fromEntries(new URLSearchParams(search)),
        what: `ask port ${port} of ${namespace}/${pod}`,
        isText: true,
        timeout,
      });
      return { status: 200, text: text as string };
    },

    getByPortForward: async (target, path, timeout) => getByPortForward(await load(), target, path, timeout),
  };
}

/** A missing object is an answer, not a failure; so is one whose kind nothing defines. */
async function orNull<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (apiCode(error) === 404 || isUnknownKind(error)) return null;
    throw error;
  }
}
