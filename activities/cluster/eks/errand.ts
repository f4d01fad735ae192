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
  /** Looks again and again until a look is done, as `waitUntil` does. */
  readonly until: <T>(wait: Wait, look: () => Promise<Look<T>>) => Promise<T>;
}

/** Does an errand; Temporal is told every second that it goes on, and where it is. */
export async function onErrand<T>(
  { aws, cluster, access }: Pick<Errand, 'aws' | 'cluster' | 'access'>,
  work: (errand: Errand) => Promise<T>,
): Promise<T> {
  let line = `looking for EKS cluster ${cluster}`;
  const tell = (words: string) => void (line = words);
  const until: Errand['until'] = (wait, look) =>
    lookUntil({ interval: rarer, ...wait }, look, (missing) => tell(missing));
  return await heartbeatWhile(
    () => line,
    () => work({ aws, cluster, access, tell, until }),
  );
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
