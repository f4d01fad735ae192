import { ApplicationFailure } from '@temporalio/activity';
import { fieldManager } from '../../../domain/defaults.ts';
import { FailureType } from '../../../domain/failure.ts';
import type { ActivityDeps } from '../../deps.ts';
import { oneLine } from '../../../domain/plain-text.ts';
import { describeRef, refOf, type ClusterClient, type KubeObject } from '../../kubernetes/index.ts';
import { retryConflicts } from '../routing/conflict.ts';

/** A run of a workflow that holds, or wants to hold, a service. */
export interface Holder {
  readonly workflowId: string;
  readonly runId: string;
}

/** Characters of a holder that a message shows. */
const longestShown = 200;

/** A lease of this run. */
export interface TakenLease {
  /** False where the run already held it. */
  readonly isNew: boolean;
  readonly warning: string | null;
}

/** What a claim needs besides the host: where, who, and how to learn whether another holder still lives. */
export interface Claim {
  readonly client: ClusterClient;
  readonly namespace: string;
  readonly holder: Holder;
  readonly isOpen: ActivityDeps['isOpen'];
}

interface Lease extends KubeObject {
  readonly spec?: { readonly holderIdentity?: string; readonly acquireTime?: string };
}

/** Makes the Lease exist without owning any field of it, so that it can never take away another's claim. */
const makerManager = `${fieldManager}-lease`;

/**
 * Takes the lease of a host for a run; one of a run that is no open rollout is taken over, which is told.
 * @returns whether it was taken here, and what to tell of that; not where the run already held it
 * @throws ApplicationFailure `TargetBusy`, not retryable, when its holder is an open rollout, or is none that can be asked
 */
export async function takeLease(claim: Claim, host: string): Promise<TakenLease> {
  return retryConflicts(async () => {
    const lease = (await readLease(claim, host)) ?? (await makeLease(claim, host));
    const holder = holderOf(claim, lease);
    if (holder !== null && sameRun(holder, claim.holder)) return { isNew: false, warning: null };
    if (holder !== null && (await isHeld(claim, holder))) throw busy(host, holder);
    // The version that was read makes this fail when another run was faster.
    await claim.client.apply({
      ...leaseOf(claim, host, lease.metadata.resourceVersion),
      spec: { holderIdentity: identityOf(claim.holder), acquireTime: microTime(new Date()) },
    });
    return { isNew: true, warning: takeoverOf(claim, host, holder) };
  });
}

/** Gives the lease of a host back; one that another workflow holds is left alone. */
export async function dropLease(
  client: ClusterClient,
  namespace: string,
  host: string,
  workflowId: string,
): Promise<void> {
  const lease = await readLease({ client, namespace }, host);
  if (lease === null || runOf(lease)?.workflowId !== workflowId) return;
  await client.remove(refTo(namespace, host));
}

async function readLease({ client, namespace }: Pick<Claim, 'client' | 'namespace'>, host: string) {
  return client.read<Lease>(refTo(namespace, host));
}

async function makeLease(claim: Claim, host: string): Promise<Lease> {
  return claim.client.apply<Lease>(leaseOf(claim, host), makerManager);
}

/** A workflow id has at most one open run: an earlier run of our own id is closed. */
async function isHeld({ holder, isOpen }: Claim, other: Holder): Promise<boolean> {
  if (other.workflowId === holder.workflowId) return false;
  return await isOpen(other.workflowId, other.runId);
}

/** That of an earlier run of the workflow itself is nothing to tell. */
function takeoverOf({ namespace, holder }: Claim, host: string, other: Holder | null): string | null {
  if (other === null || other.workflowId === holder.workflowId) return null;
  const lease = describeRef(refTo(namespace, host));
  return `${lease} was taken over from ${shown(other.workflowId)}, which is no open rollout`;
}

function leaseOf({ namespace }: Pick<Claim, 'namespace'>, host: string, resourceVersion?: string): Lease {
  const { apiVersion, kind, name } = refTo(namespace, host);
  const metadata = { name, namespace, ...(resourceVersion === undefined ? {} : { resourceVersion }) };
  return { apiVersion, kind, metadata };
}

function refTo(namespace: string, host: string) {
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', name: `sluice-${host}`, namespace };
}

function identityOf({ workflowId, runId }: Holder): string {
  return `${workflowId}/${runId}`;
}

/**
 * Null for a lease that nobody holds. One that names no run may have been written over: whether another rollout steers
 * the host is not known then, so it is not taken.
 */
function holderOf({ namespace }: Claim, lease: Lease): Holder | null {
  const identity = identityIn(lease);
  if (identity === '') return null;
  const run = runOf(lease);
  if (run !== null) return run;
  throw ApplicationFailure.nonRetryable(
    `${describeRef({ ...refOf(lease), namespace })} is held by ${JSON.stringify(shown(identity))}, which is no run of a rollout: delete the Lease if no rollout of the service is open`,
    FailureType.targetBusy,
  );
}

/** Workflow ids may have slashes, run ids do not; the longest that Temporal takes have 1,000 characters. */
function runOf(lease: Lease): Holder | null {
  const [, workflowId, runId] = /^([^]{1,1000})\/([\w-]{1,1000})$/.exec(identityIn(lease)) ?? [];
  return workflowId === undefined || runId === undefined ? null : { workflowId, runId };
}

function identityIn({ spec }: Lease): string {
  return typeof spec?.holderIdentity === 'string' ? spec.holderIdentity : '';
}

/** What whoever may write Leases wrote, in one short line. */
function shown(text: string): string {
  return oneLine(text.slice(0, longestShown));
}

function sameRun(one: Holder, other: Holder): boolean {
  return one.workflowId === other.workflowId && one.runId === other.runId;
}

/** Kubernetes' MicroTime has six digits after the second. */
function microTime(time: Date): string {
  return time.toISOString().replace('Z', '000Z');
}

function busy(host: string, { workflowId }: Holder): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `service ${host} is in the hands of rollout ${shown(workflowId)}, which is still open: wait for its end, or abort it`,
    FailureType.targetBusy,
  );
}
