import { joinCreated } from '../../domain/created.ts';
import type { ClusterConnection } from '../../domain/rollout.ts';
import type { TeardownInput } from '../../workflows/messages.ts';
import type { Session } from '../connection/session.ts';
import { refuse } from '../errors.ts';
import { findRollout } from './find-rollout.ts';
import { isSameCluster, type Ledger, openLedgers } from './ledgers.ts';
import { rolloutNamespace } from './rollout-namespace.ts';

/** What a teardown is about, and what it removes; null for nothing. */
export interface Removal {
  /** As ids of workflows name it. */
  readonly subject: string;
  readonly input: TeardownInput | null;
  /** Names of other clusters on which runs of the same id made something. */
  readonly elsewhere: readonly string[];
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

/**
 * What is left of what the runs of a rollout made: a later one finds in place what an earlier one brought. One that still
 * runs has to be ended first.
 */
export async function rolloutRemoval(session: Session, id: string): Promise<Removal> {
  const latest = await findRollout(session, id);
  if (latest.state === 'RUNNING')
    throw refuse(`${id} is still running: end it first with \`npx sluice abort ${id}\``);
  const ledgers = await openLedgers(session, latest);
  const [first] = ledgers;
  if (first === undefined) return { subject: latest.workflowId, input: null, elsewhere: [] };
  // Where a spec leaves the context open, its runs may have been on several clusters.
  const isHere = ({ connection }: Ledger) => isSameCluster(connection, first.connection);
  const here = ledgers.filter(isHere);
  const maker = here.find(({ created }) => created.cluster) ?? here.find(({ created }) => created.mesh);
  return {
    subject: latest.workflowId,
    input: {
      connection: (maker ?? first).connection,
      created: joinCreated(here.map(({ created }) => created).reverse()),
      namespace: await rolloutNamespace(session, latest),
    },
    elsewhere: [...new Set(ledgers.filter((one) => !isHere(one)).map(({ connection }) => connection.name))],
  };
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
  return {
    subject: `eks/${cluster}.${region}`,
    input: { connection, namespace: 'default', created },
    elsewhere: [],
  };
}
