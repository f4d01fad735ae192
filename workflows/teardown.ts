/** Removes what an earlier run made, and nothing else. */
import { log, setCurrentDetails } from '@temporalio/workflow';
import { defaultObserveTimeout } from '../domain/defaults.ts';
import { markdownText } from '../domain/plain-text.ts';
import { type RemovalStep, removalSteps } from '../domain/removal.ts';
import type { UndoEntry } from '../domain/rollout.ts';
import { quick, remove } from './activities.ts';
import { takeBack } from './compensation.ts';
import type { TeardownInput, TeardownResult } from './messages.ts';

/**
 * Removes what a run's ledger lists, who uses something before it; one step that fails does not stop the rest.
 * @throws InvalidInput, with nothing removed, where the input is not what `sluice teardown` gives
 */
export async function teardown(input: TeardownInput): Promise<TeardownResult> {
  await quick.checkTeardown({ input });
  const undone: UndoEntry[] = [];
  for (const step of removalSteps(input.created)) {
    await takeBack({ name: step.name, run: () => take(step, input).then(describe) }, (entry) => {
      log.info(`${entry.name}: ${entry.outcome}`, { reason: entry.reason });
      undone.push(entry);
    });
    setCurrentDetails(
      undone.map(({ name, outcome, reason }) => `- ${name}: ${outcome}, ${markdownText(reason)}`).join('\n'),
    );
  }
  return { undone };
}

function take(step: RemovalStep, input: TeardownInput): Promise<unknown> {
  const { connection, namespace, created, releaseTraffic = false } = input;
  switch (step.name) {
    case 'routes':
      return remove.removeRoutes({
        connection,
        objects: step.objects,
        leaving: created.objects,
        // Without its mesh no route keeps anything.
        releaseTraffic: releaseTraffic || created.mesh || created.cluster,
      });
    case 'application':
      return remove.removeObjects({ connection, objects: step.objects });
    case 'subsets':
      return remove.removeSubsets({
        connection,
        objects: step.objects,
        observeTimeout: defaultObserveTimeout,
      });
    case 'add-ons':
      return remove.removeAddons({ connection, objects: step.objects, exposed: step.exposed });
    case 'mesh':
      return remove.uninstallMesh({ connection, revisions: step.revisions });
    case 'namespace label':
      return remove.unlabelNamespace({ connection, namespace });
    case 'cluster':
      return remove.deleteCluster({ connection });
  }
}

/** A cluster may be gone already. */
function describe(answer: unknown): string {
  const gone = typeof answer === 'object' && answer !== null && 'removed' in answer && !answer.removed;
  return gone ? 'was not there' : 'removed';
}
