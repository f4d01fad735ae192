import { ApplicationFailure, Context } from '@temporalio/activity';
import { FailureType } from '../../../domain/failure.ts';
import { messageOf } from '../../../domain/message-of.ts';
import { awaitingCredentials, type AwsWork } from '../../aws/credential-wait.ts';
import { isCredentialFailure } from '../../aws/failure.ts';
import type { AwsClients } from '../../aws/clients.ts';
import type { EksAccess } from '../../../domain/rollout.ts';
import { heartbeatWhile } from '../../heartbeat.ts';
import { type Look, lookUntil, type Wait } from '../../kubernetes/wait.ts';

/** A long operation on one cluster: its AWS clients, and where its progress goes. */
export interface EksOperation {
  readonly aws: AwsClients;
  readonly cluster: string;
  /** Region and profile. */
  readonly access: EksAccess;
  /** Says what is being done now; heartbeats carry it. */
  readonly tell: (line: string) => void;
  /** Whether credentials are waited for by now, which is when something may have been changed. */
  readonly awaitsCredentials: () => boolean;
  /** Polls until a poll is done, as `waitUntil` does. */
  readonly until: <T>(wait: Wait, look: () => Promise<Look<T>>) => Promise<T>;
}

/**
 * From when on credentials that AWS does not take are waited for. Before that a refusal is the better answer: nothing
 * costs money yet, and a person may be waiting.
 */
export type CredentialPolicy = 'never' | 'once-changed' | 'once-answered' | 'always';

/**
 * Runs an operation with heartbeats every second that carry its progress.
 * @param subject the cluster and its AWS clients
 * @param policy from when on credentials are waited for
 * @param work what the operation does
 * @throws ApplicationFailure `NoCredentials` when AWS takes none and nothing can have been changed
 */
export async function runOperation<T>(
  { aws, cluster, access }: Pick<EksOperation, 'aws' | 'cluster' | 'access'>,
  policy: CredentialPolicy,
  work: (operation: EksOperation) => Promise<T>,
): Promise<T> {
  const seen = { waits: waitsAtFirst(policy), waited: 0 };
  let line = `looking for EKS cluster ${cluster}`;
  const tell = (words: string) => void (line = words);
  const about: AwsWork = {
    profile: access.profile,
    waits: () => seen.waits,
    answered: () => void (seen.waits ||= policy === 'once-answered'),
    changing: () => void (seen.waits ||= policy === 'once-changed'),
    waited: (duration) => void (seen.waited += duration),
    tell,
  };
  const until: EksOperation['until'] = (wait, look) =>
    withoutWaits(seen, { interval: pollInterval, ...wait }, (timed) => lookUntil(timed, look, tell));
  return await heartbeatWhile(
    () => line,
    () =>
      awaitingCredentials(about, () =>
        work({ aws, cluster, access, tell, until, awaitsCredentials: about.waits }),
      ).catch(rethrow(seen)),
  );
}

/** An earlier attempt may have changed something that this one cannot see yet. */
function waitsAtFirst(policy: CredentialPolicy): boolean {
  return policy === 'always' || (policy !== 'never' && Context.current().info.attempt > 1);
}

/** Time without credentials does not count against a wait's timeout. */
async function withoutWaits<T>(
  seen: { readonly waited: number },
  wait: Wait,
  act: (wait: Wait) => Promise<T>,
): Promise<T> {
  const before = seen.waited;
  try {
    return await act(wait);
  } catch (error) {
    const timeout = seen.waited - before;
    const isOverdue = error instanceof ApplicationFailure && error.type === FailureType.deadlineExceeded;
    if (!isOverdue || timeout === 0) throw error;
    return await withoutWaits(seen, { ...wait, timeout }, act);
  }
}

/** Where credentials were not waited for, nothing was changed. */
function rethrow(seen: { readonly waits: boolean }): (error: unknown) => never {
  return (error) => {
    if (seen.waits || !isCredentialFailure(error)) throw error;
    const message = `${messageOf(error)}; nothing was changed`;
    throw ApplicationFailure.nonRetryable(message, FailureType.noCredentials);
  };
}

/** The command that removes a cluster made by Sluice with everything that belongs to it, in whatever state its run ended. */
export function removalCommand({
  cluster,
  access: { region, profile },
}: Pick<EksOperation, 'cluster' | 'access'>): string {
  const named = profile === null ? '' : ` --aws-profile ${profile}`;
  return `npx sluice teardown --cluster ${cluster} --region ${region}${named}`;
}

/** Time between two polls, in ms: short at first for what is there already, then long to spare API limits, as eksctl's 30 s do. */
function pollInterval(polls: number): number {
  return Math.min(250 * 2 ** polls, 15_000);
}
