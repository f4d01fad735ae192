/** Waiting for a person to renew credentials that have ended, in the middle of something that costs money. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { type ApplicationFailure, Context } from '@temporalio/activity';
import { describeCredentialSource } from './credential-source.ts';
import { forgetCredentials } from './credentials.ts';

/** How long credentials that have ended are waited for, in ms: as long as a session of a role usually lasts. */
export const credentialTimeout = 60 * 60_000;

/** Longest pause between two attempts, in ms; the first ones come sooner. */
const longestPause = 15_000;

/** What is known of the work that calls AWS. */
export interface AwsWork {
  /** Profile that the spec names; null for the default chain. */
  readonly profile: string | null;
  /** Whether credentials are waited for now; before anything is changed, a refusal is the better answer. */
  readonly waits: () => boolean;
  /** Learns that AWS took the credentials of a call. */
  readonly answered: () => void;
  /** Learns that something is about to be changed. */
  readonly changing: () => void;
  /** Learns how long a call has waited for credentials, in ms. */
  readonly waited: (duration: number) => void;
  /** Says what is being waited for; heartbeats carry it. */
  readonly tell: (line: string) => void;
}

const works = new AsyncLocalStorage<AwsWork>();

/**
 * Does work whose calls of AWS wait for credentials that end.
 * @param about what is known of the work
 * @param work what calls AWS
 */
export async function awaitingCredentials<T>(about: AwsWork, work: () => Promise<T>): Promise<T> {
  return await works.run(about, work);
}

/** Notes that AWS took the credentials of the current work. */
export function noteAnswer(): void {
  works.getStore()?.answered();
}

/** Notes that the current work changes something from here on. */
export function noteChange(): void {
  works.getStore()?.changing();
}

/** Where the credentials of the current work come from, in words. */
export function credentialSource(): string {
  return describeCredentialSource(works.getStore()?.profile ?? null);
}

/** A wait of one call for its credentials. */
export class CredentialWait {
  private deadline: number | null = null;
  private attempts = 0;

  /**
   * Pauses before the call is tried again with credentials that are read anew.
   * @param failure how the call was refused
   * @returns false when the operation does not wait for credentials, or its time for that is over
   */
  async pause(failure: ApplicationFailure): Promise<boolean> {
    const work = works.getStore();
    forgetCredentials();
    if (work?.waits() !== true) return false;
    this.deadline ??= performance.now() + credentialTimeout;
    const left = this.deadline - performance.now();
    if (left <= 0) return false;
    const until = new Date(Date.now() + left).toISOString().slice(11, 19);
    work.tell(`waiting until ${until}Z for AWS credentials: ${failure.message}`);
    this.attempts += 1;
    const pause = Math.min(250 * 2 ** this.attempts, longestPause, left);
    await Context.current().sleep(pause);
    work.waited(pause);
    return true;
  }
}
