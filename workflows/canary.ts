/** The stages alone, for services of a mesh that is there. */
import type { RolloutResult } from '../domain/rollout.ts';
import { long, remove } from './activities.ts';
import { conclude } from './conclude.ts';
import { openPreviews } from './previews.ts';
import { resolveSpec } from './document.ts';
import type { RolloutInput } from './messages.ts';
import { Run } from './run.ts';
import { deliverStages } from './stages.ts';
import { applySubsets, checkGates, claimTargets } from './traffic.ts';

/**
 * Shifts the traffic of services stage by stage behind gates, and back when a stage is bad.
 * @throws ApplicationFailure with the RolloutResult as its first detail, when the outcome is `Failed`
 */
export async function canary(input?: Partial<RolloutInput>): Promise<RolloutResult> {
  const run = new Run();
  return await conclude(run, async () => {
    const { spec } = await resolveSpec(run, input?.document, 'Canary');

    run.status.enter('looking for the cluster', 'Cluster');
    const connection = await run.create({
      name: 'cluster',
      step: 'connecting to the cluster',
      activity: long.ensureCluster,
      args: { cluster: spec.cluster },
      made: ({ created }) => ({ cluster: created }),
      undo: (cluster) => remove.deleteCluster({ connection: cluster }),
    });
    const delivery = run.deliver(spec, connection);

    run.status.enter('preparing the stages', 'Progressing');
    await claimTargets(delivery);
    await checkGates(delivery);
    await applySubsets(delivery);
    await openPreviews(delivery);
    await deliverStages(delivery);
  });
}
