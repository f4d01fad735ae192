import type { ApplicationSource } from '../../domain/spec/application.ts';
import { removeOwn } from '../kubernetes/abandon.ts';
import type { ClusterClient } from '../kubernetes/client.ts';
import { objectsOf, placeObjects } from './objects.ts';

/** Removes what this run made of an application whose step did not end; the names of it. */
export async function abandonApplication(
  client: ClusterClient,
  application: ApplicationSource,
  namespace: string,
): Promise<string[]> {
  const objects = objectsOf(application, namespace);
  // Of a kind that is not served nothing can be there.
  const served = await Promise.all(objects.map((object) => client.isNamespaced(object)));
  const known = objects.filter((_object, index) => served[index] !== null);
  return await removeOwn(client, await placeObjects(client, known, namespace));
}
