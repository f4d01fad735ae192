/** Fields that a `Canary` and a `Rollout` have in common. */
import { httpAddress } from '../addresses.ts';
import * as defaults from '../../defaults.ts';
import { dnsLabel, duration, listOf, mapping, oneOf, whole } from '../fields.ts';
import { show } from '../show.ts';
import { cluster } from './cluster.ts';
import { gateTemplates, templateFiles } from './gate-template.ts';
import { notifications } from './notification.ts';
import { routing } from './routing.ts';
import { service } from './service.ts';
import { gates, progressDeadline, stage } from './stage.ts';

const inconclusive = mapping('what to do when a gate is inconclusive', {
  timeout: duration(0, defaults.maxDuration).default(defaults.defaultInconclusiveTimeout),
  then: oneOf(['pause', 'rollBack']).default('pause'),
});

const retry = mapping('what to do about a failed stage', {
  timeout: duration(0, defaults.maxDuration).default(defaults.defaultRetryTimeout),
  limit: whole(1, 100).optional(),
})
  .superRefine(({ timeout, limit }, context) => {
    if (limit === undefined || timeout > 0) return;
    const message = `a limit of ${limit} means nothing without time to retry: name retry.timeout`;
    context.addIssue({ code: 'custom', path: ['limit'], message });
  })
  .transform(({ timeout, limit }) => ({ timeout, limit: limit ?? defaults.defaultRetryLimit }));

const namespace = dnsLabel.refine((name) => !/^(kube-.*|istio-system)$/.test(name), {
  error: ({ input }) => `${show(input)} is a namespace of the system, name the application's own`,
});

const prometheus = mapping('a Prometheus', {
  address: httpAddress,
  credentials: dnsLabel.nullable().default(null),
});

export const delivery = {
  cluster,
  namespace: namespace.default(defaults.defaultNamespace),
  services: listOf('services', service),
  routing: routing.prefault({}),
  templatesFrom: templateFiles.optional(),
  gateTemplates: gateTemplates.optional(),
  gates: gates.default([]),
  stages: listOf('stages', stage),
  metrics: mapping('metrics', { prometheus }).optional(),
  inconclusive: inconclusive.prefault({}),
  observeTimeout: duration(defaults.minObserveTimeout, defaults.maxObserveTimeout).default(
    defaults.defaultObserveTimeout,
  ),
  drift: oneOf(['reassert', 'pause']).default(defaults.defaultDrift),
  progressDeadline,
  retry: retry.prefault({}),
  notifications: notifications.default([]),
};
