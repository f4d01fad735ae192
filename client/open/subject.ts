import type { ClusterConnection } from '../../domain/rollout.ts';
import { askStatus } from '../commands/ask-status.ts';
import { findRollout, rolloutTypes } from '../commands/find-rollout.ts';
import { rolloutNamespace } from '../commands/rollout-namespace.ts';
import type { Execution, Session } from '../connection/session.ts';
import { refuse } from '../errors.ts';

/** What a rollout tells of the things around it. */
export interface Subject {
  /** Where people find what is exposed, by its name. */
  readonly addresses: Readonly<Record<string, string>>;
  readonly connection: ClusterConnection | null;
  /** Of the application. */
  readonly namespace: string;
}

/** What a cluster is without a rollout. */
export const noRollout: Subject = { addresses: {}, connection: null, namespace: 'default' };

/**
 * The rollout of an id, or the latest of all.
 * @throws ClientError if there is none
 */
export async function findSubject(session: Session, id: string | undefined): Promise<Execution> {
  if (id !== undefined) return await findRollout(session, id);
  const [latest] = await session.list({ types: rolloutTypes, attributes: {} }, 1);
  if (latest !== undefined) return latest;
  throw refuse(
    `no rollouts yet in namespace ${session.namespace}: name a cluster with --kubeconfig or --context, or another Temporal namespace`,
  );
}

/** What it says of its cluster and its addresses, which a worker has to answer. */
export async function describeSubject(session: Session, rollout: Execution): Promise<Subject> {
  const { addresses, connection } = await askStatus(session, rollout);
  if (connection === null)
    throw refuse(`${rollout.workflowId} has no cluster yet: \`npx sluice status ${rollout.workflowId}\``);
  return { addresses, connection, namespace: await rolloutNamespace(session, rollout) };
}
