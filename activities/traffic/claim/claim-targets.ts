import { Context } from '@temporalio/activity';
import type { ClusterConnection, Weights } from '../../../domain/rollout.ts';
import type { ServiceSpec } from '../../../domain/spec/document.ts';
import type { ActivityDeps } from '../../deps.ts';
import type { ClusterClient } from '../../kubernetes/index.ts';
import type { Capacity } from '../capacity.ts';
import { checkRouting } from './check-routing.ts';
import { checkTarget, type CheckedTarget } from './check-target.ts';
import { dropLease, takeLease, type Claim } from './lease.ts';
import type { PreviousRouting } from '../routing/previous-routing.ts';
import { listProxies } from '../../proxies/proxies.ts';
import type { RoutedBy } from '../routing/router-of.ts';

export interface ClaimTargetsInput extends RoutedBy {
  readonly connection: ClusterConnection;
  readonly namespace: string;
  readonly services: readonly ServiceSpec[];
  readonly workflowId: string;
  readonly runId: string;
  /** Weights of all stages: just the subsets that get requests must exist. Without them all must. */
  readonly weights?: readonly Weights[];
}

export type ReleaseTargetsInput = Pick<
  ClaimTargetsInput,
  'connection' | 'namespace' | 'services' | 'workflowId'
>;

export type LockTargetsInput = ReleaseTargetsInput & Pick<ClaimTargetsInput, 'runId'>;

export interface ClaimedTargets {
  /** Ready pods of each stable subset; a service that does not say which pods are its own is absent. */
  readonly capacity: Capacity;
  /** What the routes say before the first change. */
  readonly previous: PreviousRouting;
  readonly warnings: readonly string[];
}

/**
 * Claims all services for a run, or none: what was taken here is given back when a later one cannot be had. What
 * cannot be steered is refused with `InvalidTarget` before that, and so before the first change of any kind.
 */
export async function claimTargets(deps: ActivityDeps, input: ClaimTargetsInput): Promise<ClaimedTargets> {
  const { namespace, services } = input;
  const client = deps.clients(input.connection);
  const { capacity, targets } = await checkPods(client, input);
  const { previous, warnings: ofRoutes, spread } = await checkRouting(client, namespace, services, input);
  const ofPods = targets.flatMap((target) => [
    ...target.warnings,
    ...(spread.includes(target.host) && target.unreleased !== null ? [target.unreleased] : []),
  ]);
  const warnings = [...new Set([...ofPods, ...ofRoutes])];
  for (const warning of warnings) Context.current().log.warn(warning);
  const takeovers = await takeLeases(deps, client, input);
  return { capacity, previous, warnings: [...warnings, ...takeovers] };
}

async function checkPods(
  client: ClusterClient,
  input: ClaimTargetsInput,
): Promise<{ capacity: Capacity; targets: (CheckedTarget & { host: string })[] }> {
  const { namespace, services, weights, ignore } = input;
  const proxies = await listProxies(client);
  const targets = await Promise.all(
    services.map(async (service) => {
      const target = await checkTarget(client, namespace, service, { proxies, weights, ignore });
      return { host: service.host, ...target };
    }),
  );
  const counted = targets.filter(({ readyPods }) => readyPods !== null);
  const capacity = Object.fromEntries(counted.map(({ host, readyPods }) => [host, readyPods ?? 0]));
  return { capacity, targets };
}

/** Takes them all, or none; what to tell of that. */
async function takeLeases(
  deps: ActivityDeps,
  client: ClusterClient,
  { namespace, services, workflowId, runId }: LockTargetsInput,
): Promise<string[]> {
  const claim: Claim = { client, namespace, holder: { workflowId, runId }, isOpen: deps.isOpen };
  // One order for all runs: of two that want the same services, one gets them all.
  const hosts = services.map(({ host }) => host).sort();
  const taken: string[] = [];
  const warnings: string[] = [];
  try {
    for (const host of hosts) {
      const { isNew, warning } = await takeLease(claim, host);
      if (isNew) taken.push(host);
      if (warning !== null) warnings.push(warning);
    }
    return warnings;
  } catch (error) {
    // One that stays is no harm: the next run finds its holder closed.
    await Promise.allSettled(taken.map((host) => dropLease(client, namespace, host, workflowId)));
    throw error;
  }
}

/**
 * Keeps other runs from services, whatever their routes say; all of them, or none.
 * @throws ApplicationFailure of type `TargetBusy`, not retryable, where another run that is open has one
 */
export async function lockTargets(deps: ActivityDeps, input: LockTargetsInput): Promise<void> {
  await takeLeases(deps, deps.clients(input.connection), input);
}

/** Gives back the services that a workflow holds, and no other. */
export async function releaseTargets(deps: ActivityDeps, input: ReleaseTargetsInput): Promise<void> {
  const client = deps.clients(input.connection);
  const { namespace, services, workflowId } = input;
  await Promise.all(services.map(({ host }) => dropLease(client, namespace, host, workflowId)));
}
