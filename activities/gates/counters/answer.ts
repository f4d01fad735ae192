import type { Series } from '../prometheus.ts';

/** How a request ended; `none`: nobody answered it, and that says nothing of who was called. */
export type AnswerKind = 'good' | 'bad' | 'none';

/**
 * Envoy's response flags of a request that the called side broke off before an answer: connection failure and
 * termination, resets, timeout, protocol error
 * (envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage, `%RESPONSE_FLAGS%`).
 */
const brokenByCalled = new Set(['UF', 'UC', 'UR', 'UT', 'UPE', 'LR']);

/**
 * Judges the answers that a series counts. 5xx is bad. Istio counts a request without an answer under the code 0: bad if
 * the called side broke it off; otherwise the caller went away, which is no fault and no success either, for
 * it may have gone because nothing came.
 */
export function judgeAnswer(labels: Series['labels']): AnswerKind {
  const code = labels.response_code ?? labels.envoy_response_code ?? '';
  if (/^5\d\d$/.test(code)) return 'bad';
  if (code !== '0') return 'good';
  const flags = (labels.response_flags ?? '').split(',');
  return flags.some((flag) => brokenByCalled.has(flag)) ? 'bad' : 'none';
}
