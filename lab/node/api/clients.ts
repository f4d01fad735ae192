import {
  CoordinationV1Api,
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  PatchStrategy,
  setHeaderOptions,
} from '@kubernetes/client-node';
import { messageOf } from '../../../domain/message-of.ts';

/** The API clients the agent uses, all of one kubeconfig. */
export interface Clients {
  config: KubeConfig;
  core: CoreV1Api;
  coordination: CoordinationV1Api;
  custom: CustomObjectsApi;
}

/** Clients of the kubeconfig's context. */
export function connect(kubeconfig: string, context: string | undefined): Clients {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  if (context !== undefined) config.setCurrentContext(context);
  return {
    config,
    core: config.makeApiClient(CoreV1Api),
    coordination: config.makeApiClient(CoordinationV1Api),
    custom: config.makeApiClient(CustomObjectsApi),
  };
}

/** Sends the body of a patch as a JSON merge patch: the generated client's own choice is JSON patch. */
export const mergePatch = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);

/** Sends the body of a patch as server-side apply. */
export const serverSideApply = setHeaderOptions('Content-Type', PatchStrategy.ServerSideApply);

/** HTTP status of an API error; `undefined` when the API was not reached. */
export function statusOf(error: unknown): number | undefined {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'number' ? code : undefined;
}

/** Message of an error, in one line. */
export function reasonOf(error: unknown): string {
  const text = messageOf(error);
  return text.split('\n')[0] ?? text;
}

/** Runs an API call for an object that may be gone; `undefined` when it is. */
export async function unlessGone<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}
