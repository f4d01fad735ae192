import type { ApplicationFailure } from '@temporalio/activity';
import { nameOf, type Proxy } from '../../proxies/proxies.ts';

/** What is known of whether a proxy has what is awaited. */
export type FollowerState =
  | { readonly kind: 'unasked' }
  /** It can send to the services, and has what is awaited. */
  | { readonly kind: 'confirmed' }
  /** It has nothing to do with the services. */
  | { readonly kind: 'unconcerned' }
  /** It answers, and has something else. */
  | { readonly kind: 'lacks'; readonly reason: string }
  /** It does not answer. */
  | { readonly kind: 'silent'; readonly reason: string }
  /** It may not be asked: no waiting changes that. */
  | { readonly kind: 'denied'; readonly reason: string; readonly error: ApplicationFailure }
  | { readonly kind: 'gone' };

/** A proxy, and how far it has followed. */
export interface Follower {
  proxy: Proxy;
  state: FollowerState;
}

/** Proxies that a message names. */
const named = 5;

/** Whether a proxy keeps the wait going; one that may never answer does not, once it was asked. */
export function isAwaited({ proxy, state }: Follower): boolean {
  if (state.kind === 'silent') return proxy.doubt === null;
  return state.kind === 'lacks' || state.kind === 'unasked';
}

/** Whether a proxy shows that what is awaited has not come: it is well, and answers with something else. */
export function isLate({ proxy, state }: Follower): boolean {
  return state.kind === 'lacks' && proxy.doubt === null;
}

/** Whether a proxy may send requests by something else, and nobody knows. */
export function isUnconfirmed({ state }: Follower): boolean {
  return ['lacks', 'silent', 'denied', 'unasked'].includes(state.kind);
}

/** Names some proxies with their reasons, as in `default/web-1 (terminating): does not answer; and 3 more`. */
export function listFollowers(followers: readonly Follower[]): string {
  const some = followers.slice(0, named).map(describe);
  const more = followers.length > named ? [`and ${followers.length - named} more`] : [];
  return [...some, ...more].join('; ');
}

function describe({ proxy, state }: Follower): string {
  const doubt = proxy.doubt === null ? '' : ` (${proxy.doubt})`;
  return `${nameOf(proxy)}${doubt}: ${'reason' in state ? state.reason : 'not asked in time'}`;
}
