/** How a request ended, as Istio's metrics tell it. */
export interface Answer {
  /** HTTP status; `0` where the caller went away before an answer. */
  readonly code: string;
  /** Envoy's response flags, as in `UF`; empty where there are none. */
  readonly flags: readonly string[];
  /** gRPC status; null where the request was no gRPC call, or ended without one. */
  readonly status: number | null;
}

/** Which answers are a fault of the called side. */
export interface BadAnswers {
  /** HTTP statuses, or classes of them as in `5xx`. */
  readonly codes: readonly string[];
  /** gRPC statuses. */
  readonly statuses: readonly number[];
}

/**
 * `unanswered`: the caller gave the request up, or the route's timeout ended it. That is the fault of a version that
 * hangs, and as well of somebody who closes a page: whose it is shows beside the stable version.
 */
export type AnswerKind = 'good' | 'bad' | 'unanswered';

/**
 * Response flags of a request that got no answer from the called side: no healthy endpoint, no cluster, circuit breaker,
 * connection failure and termination, resets, protocol error, retries used up
 * (envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage, `%RESPONSE_FLAGS%`).
 */
const failureFlags = new Set(['UH', 'NC', 'UO', 'UF', 'UC', 'UR', 'LR', 'UPE', 'URX']);

/** The route's timeout. */
const timeoutFlag = 'UT';

/**
 * @param bad which answers are a fault; what got no answer at all is one in any case
 * @returns how to count a request that ended so
 */
export function judgeAnswer({ code, flags, status }: Answer, bad: BadAnswers): AnswerKind {
  if (flags.includes(timeoutFlag)) return 'unanswered';
  if (flags.some((flag) => failureFlags.has(flag))) return 'bad';
  if (code === '0') return 'unanswered';
  if (status !== null && bad.statuses.includes(status)) return 'bad';
  return bad.codes.some((pattern) => matchesCode(code, pattern)) ? 'bad' : 'good';
}

/** @returns how a request ended, in the words of Istio's metrics: `503 UO`, `gRPC 14` */
export function describeAnswer({ code, flags, status }: Answer): string {
  const what = status === null ? code : `gRPC ${status}`;
  return [what, ...flags].join(' ');
}

function matchesCode(code: string, pattern: string): boolean {
  return pattern.endsWith('xx') ? code.length === 3 && code.startsWith(pattern.slice(0, 1)) : code === pattern;
}
