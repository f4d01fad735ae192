import { nameOf, type Proxy } from '../../proxies/proxies.ts';

/** What is known of one proxy. */
export interface KnownProxy {
  /** As it was listed last. */
  proxy: Proxy;
  /** Names it apart from one that was made anew under the same name. */
  readonly key: string;
  /** Whether it runs only since proxies are looked at. */
  readonly isNew: boolean;
  /** Whether it has counted requests to the services. */
  calls: boolean;
  /** Why it did not answer when it was asked last; null if it did, or was not asked yet. */
  trouble: string | null;
}

/** Those that run now, with what was known of them; all are new that a list before this one (null if there is none) lacks. */
export function mergeKnown(running: readonly Proxy[], before: readonly KnownProxy[] | null): KnownProxy[] {
  const known = new Map(before?.map((one) => [one.key, one]));
  return running.map((proxy) => {
    const key = `${nameOf(proxy)} ${proxy.uid ?? ''}`;
    const one = known.get(key);
    if (one === undefined) return { proxy, key, isNew: before !== null, calls: false, trouble: null };
    one.proxy = proxy;
    return one;
  });
}

/** Who does not answer and is missed: pods on their way, or lost, are so only where they were seen to call. */
export function missedAmong(known: readonly KnownProxy[]): string[] {
  return known.flatMap(({ proxy, calls, trouble }) =>
    trouble !== null && (calls || proxy.doubt === null) ? [trouble] : [],
  );
}

/** Those that call the services and answer; where none of them answers, all that call. */
export function callersAmong(known: readonly KnownProxy[]): KnownProxy[] {
  const callers = known.filter(({ calls }) => calls);
  const answering = callers.filter(({ trouble }) => trouble === null);
  return answering.length > 0 ? answering : callers;
}
