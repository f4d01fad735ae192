/** Removes what an earlier run made, and nothing else. */
import { log, setCurrentDetails } from '@temporalio/workflow';
import type { ObjectRef, UndoEntry } from '../domain/rollout.ts';
import { remove } from './activities.ts';
import { UndoStack } from './compensation.ts';
import type { TeardownInput, TeardownResult } from './messages.ts';

/** Removes the objects of a run's ledger newest first, routes before the subsets that they name, then label, mesh and cluster; reports each. */
export async function teardown({ connection, namespace, created }: TeardownInput): Promise<TeardownResult> {
  const undone: UndoEntry[] = [];
  const stack = new UndoStack();
  const register = (name: string, made: boolean, act: () => Promise<unknown>) => {
    if (made) stack.register({ name, run: () => act().then(describe) });
  };
  const registerObjects = (name: string, objects: readonly ObjectRef[]) =>
    register(name, objects.length > 0, () => remove.removeObjects({ connection, objects }));

  register('cluster', created.cluster, () => remove.deleteCluster({ connection }));
  register('mesh', created.mesh, () => remove.uninstallMesh({ connection }));
  register('namespace label', created.namespaceLabel, () =>
    remove.unlabelNamespace({ connection, namespace }),
  );
  registerObjects(
    'application',
    created.objects.filter((object) => !isRoute(object) && !isSubsets(object)),
  );
  const rules = created.objects.filter(isSubsets);
  register('subsets', rules.length > 0, () => remove.removeSubsets({ connection, objects: rules }));
  registerObjects('routes', created.objects.filter(isRoute));

  await stack.unwind((entry) => {
    log.info(`${entry.name}: ${entry.outcome}`, { reason: entry.reason });
    undone.push(entry);
    setCurrentDetails(
      undone.map(({ name, outcome, reason }) => `- ${name}: ${outcome}, ${reason}`).join('\n'),
    );
  });
  return { undone };
}

function isRoute({ kind }: ObjectRef): boolean {
  return kind === 'VirtualService';
}

function isSubsets({ kind }: ObjectRef): boolean {
  return kind === 'DestinationRule';
}

/** A cluster may be gone already. */
function describe(answer: unknown): string {
  const gone = typeof answer === 'object' && answer !== null && 'removed' in answer && !answer.removed;
  return gone ? 'was not there' : 'removed';
}
