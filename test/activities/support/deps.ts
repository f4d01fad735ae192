import { awsClients } from '../../../activities/aws/clients.ts';
import type { ActivityDeps } from '../../../activities/deps.ts';
import { noReleases } from './objects.ts';

/** What activities are given where a test says nothing else: no lab, no release of Istio, and no other rollout that is open. */
export function depsWith(
  clients: ActivityDeps['clients'],
  labCommand: ActivityDeps['labCommand'] = [],
): Omit<ActivityDeps, 'draining'> {
  return {
    labCommand,
    clients,
    isOpen: () => Promise.resolve(false),
    openRollouts: () => Promise.resolve([]),
    aws: awsClients,
    istio: noReleases,
  };
}
