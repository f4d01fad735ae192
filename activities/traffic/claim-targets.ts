import type { ClusterConnection, Weights } from '../../domain/rollout.ts';
import type { ServiceSpec } from '../../domain/spec/document.ts';
import type { ActivityDeps } from '../deps.ts';
import { checkTarget } from './check-target.ts';
import { dropLease, takeLease, type Claim } from './lease.ts';

export interface ClaimTargetsInput {
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

/** Claims all services for a run, or none: what was taken here is given back when a later one cannot be had. */
export async function claimTargets(deps: ActivityDeps, input: ClaimTargetsInput): Promise<void> {
  const { namespace, services, workflowId, runId, weights } = input;
  const client = deps.clients(input.connection);
  await Promise.all(services.map((service) => checkTarget(client, namespace, service, weights)));

  const claim: Claim = { client, namespace, holder: { workflowId, runId }, isOpen: deps.isOpen };
  // One order for all runs: of two that want the same services, one gets them all.
  const hosts = services.map(({ host }) => host).sort();
  const taken: string[] = [];
  try {
    for (const host of hosts) if (await takeLease(claim, host)) taken.push(host);
  } catch (error) {
    // One that stays is no harm: the next run finds its holder closed.
    await Promise.allSettled(taken.map((host) => dropLease(client, namespace, host, workflowId)));
    throw error;
  }
}

/** Gives back the services that a workflow holds, and no other. */
export async function releaseTargets(deps: ActivityDeps, input: ReleaseTargetsInput): Promise<void> {
  const client = deps.clients(input.connection);
  const { namespace, services, workflowId } = input;
  await Promise.all(services.map(({ host }) => dropLease(client, namespace, host, workflowId)));
}
