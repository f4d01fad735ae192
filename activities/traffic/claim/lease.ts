import { ApplicationFailure, Context } from '@temporalio/activity';
import { fieldManager } from '../../../domain/defaults.ts';
import { FailureType } from '../../../domain/failure.ts';
import type { ActivityDeps } from '../../deps.ts';
import type { ClusterClient, KubeObject } from '../../kubernetes/index.ts';
import { retryConflicts } from '../routing/conflict.ts';

/** A run of a workflow that holds, or wants to hold, a service. */
export interface Holder {
  readonly workflowId: string;
  readonly runId: string;
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
 * Takes the lease of a host for a run; one held by a run that is no longer open is taken over.
 * Fails with `TargetBusy`, not retryable, when its holder is open.
 * @returns false when the run already held it
 */
export async function takeLease(claim: Claim, host: string): Promise<boolean> {
  return retryConflicts(async () => {
    const lease = (await readLease(claim, host)) ?? (await makeLease(claim, host));
    const holder = holderOf(lease);
    if (holder !== null && sameRun(holder, claim.holder)) return false;
    if (holder !== null && (await isHeld(claim, holder))) throw busy(host, holder);
    // The version that was read makes this fail when another run was faster.
    await claim.client.apply({
      ...leaseOf(claim, host, lease.metadata.resourceVersion),
      spec: { holderIdentity: identityOf(claim.holder), acquireTime: microTime(new Date()) },
    });
    return true;
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
  if (lease === null || holderOf(lease)?.workflowId !== workflowId) return;
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
  const open = await isOpen(other.workflowId, other.runId);
  if (!open) Context.current().log.info(`taking over from ${other.workflowId}, which is no longer open`);
  return open;
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

/** Null for a lease that nobody holds; workflow ids may have slashes, run ids do not. */
function holderOf({ spec }: Lease): Holder | null {
  const identity = spec?.holderIdentity ?? '';
  if (identity === '') return null;
  const slash = identity.lastIndexOf('/');
  return { workflowId: identity.slice(0, Math.max(slash, 0)), runId: identity.slice(slash + 1) };
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
    `service ${host} is in the hands of rollout ${workflowId}, which is still open: wait for its end, or abort it`,
    FailureType.targetBusy,
  );
}
