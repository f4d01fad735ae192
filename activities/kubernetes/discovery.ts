import { ApplicationFailure } from '@temporalio/activity';
import type { ObjectRef } from '../../domain/rollout.ts';
import { apiCode } from './failure.ts';
import type { Transport } from './transport.ts';

/** Type of the failure that a kind is not served, or not yet. */
const unknownKindType = 'UnknownKind';

/** Whether a request failed because nothing defines its kind. */
export function isUnknownKind(error: unknown): boolean {
  return error instanceof ApplicationFailure && error.type === unknownKindType;
}

interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Where objects of a kind are: the path of one object, or of the collection when it has no name. */
export type PathOf = (ref: Omit<ObjectRef, 'name'> & { readonly name?: string }) => Promise<string>;

type Kind = Pick<ObjectRef, 'apiVersion' | 'kind'>;

/** What the API's own discovery says of kinds; what it said is kept, what it did not is asked again. */
export interface Discovery {
  readonly pathOf: PathOf;
  /** Whether objects of a kind are in namespaces. */
  readonly isNamespaced: (kind: Kind) => Promise<boolean>;
}

/** Discovery that asks as little as it can. */
export function createDiscovery(send: Transport): Discovery {
  const known = new Map<string, Resource>();
  const find = async ({ apiVersion, kind }: Kind) => {
    const key = `${apiVersion}/${kind}`;
    const resource = known.get(key) ?? (await findResource(send, apiVersion, kind));
    known.set(key, resource);
    return resource;
  };
  const pathOf: PathOf = async (ref) => {
    const resource = await find(ref);
    const namespace =
      resource.namespaced && ref.namespace !== undefined ? `/namespaces/${ref.namespace}` : '';
    const name = ref.name === undefined ? '' : `/${encodeURIComponent(ref.name)}`;
    return `${rootOf(ref.apiVersion)}${namespace}/${resource.name}${name}`;
  };
  return { pathOf, isNamespaced: async (kind) => (await find(kind)).namespaced };
}

async function findResource(send: Transport, apiVersion: string, kind: string): Promise<Resource> {
  const resources = await listResources(send, apiVersion);
  const found = resources.find((resource) => resource.kind === kind && !resource.name.includes('/'));
  if (found !== undefined) return found;
  // Retryable: a CustomResourceDefinition is served a moment after it was created.
  throw ApplicationFailure.retryable(
    `the cluster does not know ${kind} of ${apiVersion}; is what defines it installed?`,
    unknownKindType,
  );
}

async function listResources(send: Transport, apiVersion: string): Promise<readonly Resource[]> {
  try {
    const answer = await send({
      method: 'GET',
      path: rootOf(apiVersion),
      what: `list the kinds of ${apiVersion}`,
    });
    return (answer as { resources: Resource[] }).resources;
  } catch (error) {
    if (apiCode(error) === 404) return [];
    throw error;
  }
}

function rootOf(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}
