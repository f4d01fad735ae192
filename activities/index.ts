import { createApplicationActivities } from './application/index.ts';
import { awsClients } from './aws/clients.ts';
import { withCheckedInput } from './checked-input.ts';
import { createClusterActivities } from './cluster/index.ts';
import type { ActivityDeps } from './deps.ts';
import { createGateActivities } from './gates/index.ts';
import { clientFor } from './kubernetes/connection.ts';
import { createMeshActivities } from './mesh/index.ts';
import { labTools } from './mesh/release/lab-tools.ts';
import { releaseSource } from './mesh/release/index.ts';
import { createNotifyActivities } from './notify/index.ts';
import { createSpecActivities } from './spec/index.ts';
import { createTrafficActivities } from './traffic/index.ts';

/** What a worker gives to get its activities; `clients`, `aws` and `istio` are replaced in tests only. */
export type ActivityOptions = Omit<ActivityDeps, 'clients' | 'aws' | 'istio'> &
  Partial<Pick<ActivityDeps, 'clients' | 'aws' | 'istio'>>;

/** Every activity of the product. Each may run twice: it reads before it writes. */
export function createActivities(options: ActivityOptions) {
  const deps: ActivityDeps = {
    clients: clientFor,
    aws: awsClients,
    istio: releaseSource(process.env, labTools(options.labCommand)),
    ...options,
  };
  return withCheckedInput({
    ...createSpecActivities(),
    ...createClusterActivities(deps),
    ...createMeshActivities(deps),
    ...createApplicationActivities(deps),
    ...createTrafficActivities(deps),
    ...createGateActivities(deps),
    ...createNotifyActivities(),
  });
}

/** Types of all activities, for the proxies of the workflows. */
export type Activities = ReturnType<typeof createActivities>;
