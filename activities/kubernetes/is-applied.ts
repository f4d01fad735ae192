import { isDeepStrictEqual } from 'node:util';
import type { ClusterClient } from './client.ts';
import { apiCode } from './failure.ts';
import type { KubeObject } from './object.ts';

/** Whether applying an object would change nothing of it, nor of which of its fields are the manager's. */
export async function isApplied(
  client: ClusterClient,
  existing: KubeObject,
  wanted: KubeObject,
  manager: string,
): Promise<boolean> {
  const preview = await previewOf(client, wanted, manager);
  return preview !== null && isDeepStrictEqual(intentOf(preview, manager), intentOf(existing, manager));
}

/** Webhooks that do not support a dry run refuse it, with 400; whatever else is wrong, the write itself will say. */
async function previewOf(
  client: ClusterClient,
  wanted: KubeObject,
  manager: string,
): Promise<KubeObject | null> {
  try {
    return await client.preview(wanted, manager);
  } catch (error) {
    if (apiCode(error) === 400) return null;
    throw error;
  }
}

/** An object without what controllers keep changing: they may have done so between the two that are compared. */
function intentOf(object: KubeObject, manager: string): object {
  const { metadata } = object;
  const own = (metadata.managedFields ?? [])
    .filter((entry) => entry.manager === manager && entry.operation === 'Apply')
    .map(({ fieldsV1 }) => fieldsV1);
  return {
    ...object,
    metadata: { ...metadata, managedFields: own, resourceVersion: undefined },
    status: undefined,
  };
}
