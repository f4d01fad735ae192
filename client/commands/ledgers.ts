/** What the runs of one rollout have made, as far as Temporal keeps them. */
import { leftToRemove, madeAnything } from '../../domain/created.ts';
import type { ClusterConnection, Created } from '../../domain/rollout.ts';
import { teardownId } from '../../domain/workflow-id.ts';
import type { TeardownInput, TeardownResult } from '../../workflows/messages.ts';
import type { Execution, Session } from '../connection/session.ts';
import { askStatus } from './ask-status.ts';
import { rolloutTypes } from './find-rollout.ts';

/** Runs of one id that are looked at, the latest first. */
const mostRuns = 1_000;

/** What one run made, and where. */
export interface Ledger {
  readonly connection: ClusterConnection;
  readonly created: Created;
}

/** A teardown that left nothing of what runs before it had made on a cluster. */
interface Clearance {
  readonly startedAt: string;
  readonly connection: ClusterConnection;
}

/**
 * What the runs of a rollout made, and neither they nor a teardown have removed since; the latest first.
 * @param latest the run that the server has as the latest: the list of runs may lag behind it
 * @throws ClientError if no worker answers for a run
 */
export async function openLedgers(session: Session, latest: Execution): Promise<Ledger[]> {
  const { workflowId } = latest;
  const listed = await session.list({ types: rolloutTypes, workflowId, attributes: {} }, mostRuns);
  const earlier = listed.filter(({ runId, closedAt }) => runId !== latest.runId && closedAt !== null);
  const clearances = await clearancesOf(session, workflowId);
  const ledgers: Ledger[] = [];
  for (const run of [latest, ...earlier]) {
    const later = clearances.filter(({ startedAt }) => isOver(run, startedAt));
    // Asking costs a worker the replay of its history.
    if (later.some(isOfNamedCluster)) continue;
    const ledger = await ledgerOf(session, run);
    if (ledger && !later.some(({ connection }) => isSameCluster(connection, ledger.connection)))
      ledgers.push(ledger);
  }
  return ledgers;
}

/** Whether two connections lead to the same cluster, whatever else they know of it. */
export function isSameCluster(one: ClusterConnection, other: ClusterConnection): boolean {
  return keyOf(one) === keyOf(other);
}

/** A context is one of its file; other providers have names of their own. */
function keyOf({ provider, name, kubeconfig, context, eks }: ClusterConnection): string {
  return JSON.stringify(
    provider === 'kubeconfig' ? [provider, kubeconfig, context] : [provider, name, eks?.region],
  );
}

async function ledgerOf(session: Session, run: Execution): Promise<Ledger | null> {
  const { connection, created: made, undone } = await askStatus(session, run);
  const created = leftToRemove(made, undone);
  return connection === null || !madeAnything(created) ? null : { connection, created };
}

/** The latest first; one is enough where all runs were on one cluster. */
async function clearancesOf(session: Session, rollout: string): Promise<Clearance[]> {
  const workflowId = teardownId(rollout);
  const teardowns = await session.list({ types: ['teardown'], workflowId, attributes: {} }, mostRuns);
  const clearances: Clearance[] = [];
  for (const teardown of teardowns.filter(({ state }) => state === 'COMPLETED')) {
    if (clearances.some(isOfNamedCluster)) break;
    if (!(await hasRemovedAll(session, teardown))) continue;
    const { connection } = (await session.argument(teardown)) as TeardownInput;
    clearances.push({ startedAt: teardown.startedAt, connection });
  }
  return clearances;
}

/** Where a provider names clusters, all runs of an id were on the same; a context's file, or the current one, may change. */
function isOfNamedCluster({ connection }: Clearance): boolean {
  return connection.provider !== 'kubeconfig';
}

async function hasRemovedAll(session: Session, teardown: Execution): Promise<boolean> {
  const ending = await session.ending(teardown);
  if (ending.kind === 'failed') return false;
  const { undone } = ending.value as TeardownResult;
  return undone.every(({ outcome }) => outcome !== 'failed');
}

function isOver({ closedAt }: Execution, by: string): boolean {
  return closedAt !== null && Date.parse(closedAt) <= Date.parse(by);
}
