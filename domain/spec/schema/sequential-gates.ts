/** Gates that test counts of requests after every look. */
import * as defaults from '../../defaults.ts';
import type { CounterSource } from '../document.ts';
import { duration, mapping, oneOf, share, whole } from '../fields.ts';
import { latencyBoundProblem } from '../latency-bounds.ts';
import { badAnswers } from './bad-answers.ts';
import { gateBase, gateInterval } from './gate-base.ts';

export const counterSource = oneOf(['proxies', 'prometheus']).default(defaults.defaultCounterSource);

const test = {
  allowed: share.default(defaults.defaultAllowed),
  alpha: share.default(defaults.defaultAlpha),
  source: counterSource,
};

const looks = {
  interval: gateInterval.optional(),
  minRequests: whole(1, 1_000_000).default(defaults.defaultMinRequests),
};

const over = duration(1, defaults.maxLatency).superRefine((value, context) => {
  const problem = latencyBoundProblem(value);
  if (problem !== null) context.addIssue({ code: 'custom', message: problem });
});

export const errors = mapping('a gate of errors', {
  ...gateBase,
  errors: mapping('what errors are a fault', { ...badAnswers, ...test }),
  ...looks,
}).transform(({ errors, interval, ...common }) => ({
  ...common,
  kind: 'errors' as const,
  ...errors,
  interval: intervalOf(errors.source, interval),
}));

export const slowRequests = mapping('a gate of slow requests', {
  ...gateBase,
  slowRequests: mapping('what slow requests are a fault', { over, ...test }),
  ...looks,
}).transform(({ slowRequests, interval, ...common }) => ({
  ...common,
  kind: 'slowRequests' as const,
  ...slowRequests,
  interval: intervalOf(slowRequests.source, interval),
}));

/** Milliseconds between two looks at a source, if the gate does not say. */
function intervalOf(source: CounterSource, given?: number): number {
  return given ?? defaults.defaultCounterInterval[source];
}
