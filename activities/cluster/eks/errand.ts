import { ApplicationFailure, Context } from '@temporalio/activity';
import { FailureType } from '../../../domain/failure.ts';
import { messageOf } from '../../../domain/message-of.ts';
import { awaitingCredentials, type AwsWork } from '../../aws/credential-wait.ts';
import { isCredentialFailure } from '../../aws/failure.ts';
import type { AwsClients } from '../../aws/clients.ts';
import type { EksAccess } from '../../../domain/rollout.ts';
import { heartbeatWhile } from '../../heartbeat.ts';
import { type Look, lookUntil, type Wait } from '../../kubernetes/wait.ts';

/** Something long that is done for one cluster: who to ask, and whom to tell how it goes. */
export interface Errand {
  readonly aws: AwsClients;
  readonly cluster: string;
  /** Region and profile. */
  readonly access: EksAccess;
  /** Says what is being done now; heartbeats carry it. */
  readonly tell: (line: string) => void;
  /** Whether credentials are waited for by now, which is when something may have been changed. */
  readonly awaitsCredentials: () => boolean;
  /** Looks again and again until a look is done, as `waitUntil` does. */
  readonly until: <T>(wait: Wait, look: () => Promise<Look<T>>) => Promise<T>;
}

/**
 * From when on credentials that AWS does not take are waited for. Before that a refusal is the better answer: nothing
 * costs money yet, and a person may be waiting.
 */
export type CredentialPolicy = 'never' | 'once-changed' | 'once-answered' | 'always';

/**
 * Does an errand; Temporal is told every second that it goes on, and where it is.
 * @param subject the cluster, and who to ask
 * @param policy from when on credentials are waited for
 * @param work the errand
 * @throws ApplicationFailure `NoCredentials` when AWS takes none and nothing can have been changed
 */
export async function onErrand<T>(
  { aws, cluster, access }: Pick<Errand, 'aws' | 'cluster' | 'access'>,
  policy: CredentialPolicy,
  work: (errand: Errand) => Promise<T>,
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
  const until: Errand['until'] = (wait, look) =>
    withoutWaits(seen, { interval: rarer, ...wait }, (timed) => lookUntil(timed, look, tell));
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

/** The time that went by without credentials is none of a wait's own. */
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

/** The command that removes a cluster of Sluice's and all that belongs to it, whatever became of the run that made it. */
export function removalCommand({
  cluster,
  access: { region, profile },
}: Pick<Errand, 'cluster' | 'access'>): string {
  const named = profile === null ? '' : ` --aws-profile ${profile}`;
  return `npx sluice teardown --cluster ${cluster} --region ${region}${named}`;
}

/** Between two looks, in ms: fast at first for what is there already, then sparing of API limits, as eksctl's 30 s are. */
function rarer(looks: number): number {
  return Math.min(250 * 2 ** looks, 15_000);
}
