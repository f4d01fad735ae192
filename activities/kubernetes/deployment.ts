import type { Deployment } from './object.ts';

/** What a Deployment lacks to be Available as last written; null when nothing. */
export function deploymentLack(deployment: Deployment): string | null {
  const { metadata, spec, status } = deployment;
  if ((status?.observedGeneration ?? 0) < (metadata.generation ?? 1))
    return 'its change has not been taken up yet';
  const wanted = spec.replicas ?? 1;
  const updated = status?.updatedReplicas ?? 0;
  if (updated < wanted) return `${updated} of ${wanted} pods are of the current version`;
  if ((status?.replicas ?? 0) > updated) return 'pods of an earlier version are still there';
  const available = status?.availableReplicas ?? 0;
  return available < wanted ? `${available} of ${wanted} pods are available` : null;
}
