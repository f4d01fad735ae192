import { ApplicationFailure } from '@temporalio/activity';
import type { ClusterConnection, ObjectRef } from '../../domain/rollout.ts';
import { FailureType } from '../../domain/failure.ts';
import { findMinor, istioNamespace, releaseOf } from '../../domain/istio.ts';
import type { ClusterClient } from '../kubernetes/client.ts';
import { markOf } from '../kubernetes/ownership.ts';
import { foreignObjects } from './foreign.ts';
import { istioctl, requireSuccess } from './istioctl.ts';
import { removeLeftovers } from './leftovers.ts';
import { installMark, markedRevisions, meshMark, meshMarks, unmark } from './mark.ts';
import { fromCache } from './release/cache.ts';
import { findRelease, type Release, type ReleaseSource } from './release/index.ts';
import { isVacant, namespaceRef, removeNamespace } from './remove-namespace.ts';
import { describe } from './choice.ts';
import { surveyMesh, type ControlPlane } from './survey/index.ts';
import { describeUsers, podsOfObjects, podsUsing } from './users.ts';

interface Tools {
  readonly source: ReleaseSource;
  readonly connection: ClusterConnection;
  readonly client: ClusterClient;
}

/**
 * Removes revisions of Istio that runs of Sluice installed, and with the last control plane of the cluster all shared
 * resources, what istiod wrote into other namespaces, and its own namespace. What is gone already is fine. What others
 * installed stays, and so does a namespace that was there before Sluice: people keep their own certificates in it
 * (`cacerts`).
 * @param tools of the worker
 * @param revisions that are recorded as installed
 * @throws ApplicationFailure `InvalidTarget`, with nothing removed, where pods of others use the mesh
 */
export async function uninstall(tools: Tools, revisions: readonly string[]): Promise<void> {
  const { client, connection } = tools;
  const reason = await whyKept(client, connection, { revisions, objects: [] });
  if (reason !== null)
    throw ApplicationFailure.nonRetryable(`${reason}: it is left as it is`, FailureType.invalidTarget);
  const others = await othersThan(client, revisions);
  await (others.length === 0 ? purge(tools, revisions) : removeRevisions(tools, revisions));
  for (const revision of revisions) await unmark(client, revision);
}

/** What goes with a removal: revisions of Istio, and objects that go before them. */
export interface MeshRemoval {
  readonly revisions: readonly string[];
  readonly objects: readonly ObjectRef[];
}

/**
 * Why a removal would take the mesh from somebody, in words; null where it would not. With a cluster that a run made all
 * in it goes.
 */
export async function whyKept(
  client: ClusterClient,
  connection: ClusterConnection,
  { revisions, objects }: MeshRemoval,
): Promise<string | null> {
  const unmarked = await unmarkedRevisions(client, revisions);
  if (unmarked.length > 0)
    return `no run of Sluice installed Istio of revision ${unmarked.join(', ')} (no annotation ${meshMark} on namespace ${istioNamespace})`;
  if (connection.created) return null;
  const users = await podsUsing(client, revisions, await podsOfObjects(client, objects));
  return users.length === 0 ? null : describeUsers(users);
}

/** Revisions that are there, and that no run recorded as its install: a ledger is the word of whoever started the workflow. */
async function unmarkedRevisions(client: ClusterClient, revisions: readonly string[]): Promise<string[]> {
  const { controlPlanes } = await surveyMesh(client);
  const marks = await meshMarks(client);
  return revisions.filter(
    (revision) =>
      !marks.has(installMark(revision)) && controlPlanes.some((plane) => plane.revision === revision),
  );
}

/** What of Istio is none of these revisions', or not of a run's install. */
async function othersThan(client: ClusterClient, revisions: readonly string[]): Promise<string[]> {
  const { controlPlanes, ztunnel } = await surveyMesh(client);
  const planes = controlPlanes.filter((plane) => !isOwn(plane, revisions)).map(describe);
  const installed = [...revisions, ...markedRevisions((await meshMarks(client)).keys())];
  return [...planes, ...(ztunnel === null ? [] : [ztunnel]), ...(await foreignObjects(client, installed))];
}

function isOwn(
  { revision, namespace, keeper, deployment }: ControlPlane,
  revisions: readonly string[],
): boolean {
  if (!revisions.includes(revision)) return false;
  return (
    namespace === null || (namespace === istioNamespace && (keeper === 'istioctl' || deployment === null))
  );
}

async function purge({ source, connection, client }: Tools, revisions: readonly string[]): Promise<void> {
  const release = await releaseOfMesh({ source, connection, client }, revisions);
  const args = ['uninstall', '--purge', '--skip-confirmation'];
  requireSuccess('istioctl uninstall', await istioctl(connection, release, args));
  await removeLeftovers(client);
  const namespace = await client.read(namespaceRef(istioNamespace));
  if (namespace === null || markOf(namespace) === null) return;
  if (await isVacant(client, istioNamespace)) await removeNamespace(client, istioNamespace);
}

/** Types of Istio's objects, gateways, and what istiod distributes belong to the control planes that stay, too. */
async function removeRevisions(
  { source, connection, client }: Tools,
  revisions: readonly string[],
): Promise<void> {
  const release = await releaseOfMesh({ source, connection, client }, revisions);
  for (const revision of revisions) {
    const args = ['uninstall', '--revision', revision, '--skip-confirmation'];
    requireSuccess('istioctl uninstall', await istioctl(connection, release, args));
  }
}

/** The release that the mesh is of, else any: an uninstall goes by labels that all of them have. */
async function releaseOfMesh(
  { source, connection, client }: Tools,
  revisions: readonly string[],
): Promise<Release> {
  const { controlPlanes } = await surveyMesh(client);
  const own = controlPlanes.find((plane) => isOwn(plane, revisions));
  const version = own === undefined ? null : releaseOf(own.version);
  const known = version !== null && findMinor(version) !== undefined ? version : null;
  // Before any other is fetched, which may not be possible any more.
  const cached = known === null ? null : await fromCache(source, known);
  return cached ?? (await findRelease(source, connection, null));
}
