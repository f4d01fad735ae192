import { leftToRemove, madeAnything } from '../../domain/created.ts';
import type { ClusterConnection, RolloutStatus } from '../../domain/rollout.ts';
import type { TeardownInput } from '../../workflows/messages.ts';
import type { Session } from '../connection/session.ts';
import { refuse } from '../errors.ts';
import { askStatus } from './ask-status.ts';
import { findRollout } from './find-rollout.ts';
import { rolloutNamespace } from './rollout-namespace.ts';

/** What a teardown is about, and what it removes; null for nothing. */
export interface Removal {
  /** As ids of workflows name it. */
  readonly subject: string;
  readonly input: TeardownInput | null;
}

/** Options that name an EKS cluster. */
export interface ClusterOptions {
  readonly cluster?: string;
  readonly region?: string;
  readonly awsProfile?: string;
}

interface NamedCluster {
  readonly cluster: string;
  readonly region: string;
  readonly profile: string | null;
}

/**
 * What the command line names: a rollout, or a cluster.
 * @throws ClientError if it names none, or both
 */
export function requireSubject(
  id: string | undefined,
  { cluster, region, awsProfile }: ClusterOptions,
  env: NodeJS.ProcessEnv,
): { readonly id: string } | NamedCluster {
  if ((id === undefined) === (cluster === undefined))
    throw refuse('name what to remove: the id of a rollout, or --cluster with the name of an EKS cluster');
  if (cluster === undefined) return { id: id ?? '' };
  const known = region ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  if (!known) throw refuse('--cluster needs a region: give --region, or set AWS_REGION');
  return { cluster, region: known, profile: awsProfile ?? null };
}

/** What is left of what a rollout made; one that still runs has to be ended first. */
export async function rolloutRemoval(session: Session, id: string): Promise<Removal> {
  const rollout = await findRollout(session, id);
  if (rollout.state === 'RUNNING')
    throw refuse(`${id} is still running: end it first with \`npx sluice abort ${id}\``);
  const { connection, created: made, undone }: RolloutStatus = await askStatus(session, rollout);
  const created = leftToRemove(made, undone);
  if (connection === null || !madeAnything(created)) return { subject: rollout.workflowId, input: null };
  const namespace = await rolloutNamespace(session, rollout);
  return { subject: rollout.workflowId, input: { connection, created, namespace } };
}

/** The cluster and all in it: the worker finds out whether Sluice made it. */
export function clusterRemoval({ cluster, region, profile }: NamedCluster): Removal {
  const connection: ClusterConnection = {
    provider: 'eks',
    name: cluster,
    kubeconfig: null,
    context: null,
    created: true,
    prometheus: null,
    istio: null,
    eks: { region, profile },
  };
  const created = { cluster: true, mesh: false, namespaceLabel: false, objects: [] };
  return { subject: `eks/${cluster}.${region}`, input: { connection, namespace: 'default', created } };
}
