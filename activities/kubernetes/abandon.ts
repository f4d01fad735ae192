import type { ClusterClient } from './client.ts';
import { describeRef, refOf, type KubeObject } from './object.ts';
import { currentMark, markOf } from './ownership.ts';
import { removeAll } from './remove.ts';

/**
 * Removes those of the objects that this run made, in whichever attempt: what a step left that did not end. The names
 * of what was removed.
 */
export async function removeOwn(client: ClusterClient, candidates: readonly KubeObject[]): Promise<string[]> {
  const found = await Promise.all(candidates.map(async (object) => client.read(refOf(object))));
  const present = found.filter((object) => object !== null);
  const refs = present.filter((object) => markOf(object) === currentMark()).map(refOf);
  await removeAll(client, refs);
  return refs.map(describeRef);
}
