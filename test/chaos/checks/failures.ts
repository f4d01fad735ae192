/** Whether each failed request has a fault that explains it. */
import type { Inflicted } from '../faults/inflict-planned.ts';
import type { Plan, Victim } from '../plan/plan.ts';
import type { Request, Seen } from '../run/load.ts';

/** A failed request that was under way when its fault came had waited for this long at most, in ms. */
const longestRequest = 10_000;

/** Callers learn of a pod that is back by way of the API server and istiod, in ms. */
const newsTake = 3_000;

/** Whose fault requests can feel: all others must go unnoticed. */
const felt: Readonly<Record<Request['path'], readonly Victim[]>> = {
  reviews: ['sidecar', 'pod'],
  page: ['ingress', 'sidecar', 'pod'],
};

/** Failed requests in words, by what explains them. */
export interface Failures {
  readonly failed: number;
  readonly explained: Readonly<Record<string, number>>;
  readonly unexplained: readonly string[];
}

/** Looks at the requests that were sent in the time, in ms since 1970. */
export function explainFailures(
  plan: Plan,
  inflicted: readonly Inflicted[],
  load: Seen,
  [from, until]: readonly [number, number],
): Failures {
  const failed = load.sent(from, until).filter(({ error }) => error !== null);
  const explained: Record<string, number> = {};
  const unexplained: string[] = [];
  for (const request of failed) {
    const reason = explain(request, plan, inflicted);
    if (reason === null) unexplained.push(describe(request));
    else explained[reason] = (explained[reason] ?? 0) + 1;
  }
  return { failed: failed.length, explained, unexplained };
}

function explain(request: Request, { ending }: Plan, inflicted: readonly Inflicted[]): string | null {
  if (ending.outcome === 'RolledBack' && isByCandidate(request, ending.broken)) return ending.broken;
  const cause = inflicted.find(({ fault, span }) => {
    if (span === null || !felt[request.path].includes(fault.victim)) return false;
    return request.at >= span.from - longestRequest && request.at <= span.until + newsTake;
  });
  return cause === undefined ? null : `${cause.fault.action} ${cause.fault.workload ?? cause.fault.victim}`;
}

/** The page asks a second time, and then says that there are no reviews. */
function isByCandidate({ path, version, error }: Request, broken: string): boolean {
  if (path === 'page') return error === 'reviews unavailable';
  return version !== null && broken.startsWith(`reviews-${version}=`);
}

function describe({ path, at, status, version, error }: Request): string {
  const answer = [status, version].filter((one) => one !== null).join(' of ');
  return `${path} at ${new Date(at).toISOString()}: ${error ?? ''}${answer && ` (${answer})`}`;
}

/** What is wrong: the first few, and how many there are. */
export function wrongFailures({ unexplained }: Failures): string[] {
  if (unexplained.length === 0) return [];
  const some = unexplained.slice(0, 3).join('; ');
  return [`${unexplained.length} failed requests that no fault explains: ${some}`];
}
