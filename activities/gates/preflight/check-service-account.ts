import type { JobGateSpec } from '../../../domain/spec/document.ts';
import { messageOf } from '../../../domain/message-of.ts';
import { isRetryable, type ClusterClient } from '../../kubernetes/index.ts';
import type { Finding } from './finding.ts';

/** Makes sure that the service account of a Job exists: without it no pod of the Job would be made. */
export async function checkServiceAccount(
  client: ClusterClient,
  namespace: string,
  { serviceAccount: name }: JobGateSpec,
): Promise<Finding[]> {
  if (name === null) return [];
  try {
    const found = await client.read({ apiVersion: 'v1', kind: 'ServiceAccount', name, namespace });
    if (found !== null) return [];
    return [{ isProblem: true, text: `there is no ServiceAccount ${namespace}/${name} for its Job` }];
  } catch (error) {
    if (isRetryable(error)) throw error;
    // Who may not read service accounts may still create Jobs that use them.
    return [{ isProblem: false, text: messageOf(error) }];
  }
}
