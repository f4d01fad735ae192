/** The shape of a document. What its parts mean for each other is in `checks/`. */
import * as z from 'zod';
import * as defaults from '../defaults.ts';
import {
  dnsLabel,
  duration,
  httpAddress,
  labelKey,
  labelValue,
  line,
  listOf,
  mapping,
  oneOf,
  whole,
} from './fields.ts';
import { show } from './show.ts';

export const apiVersion = 'sluice.dev/v1alpha1';
export const kinds = ['Rollout', 'Canary'] as const;
export type Kind = (typeof kinds)[number];

const text = z.string({ error: 'text' });

const cluster = z.discriminatedUnion(
  'provider',
  [
    mapping('a cluster', { provider: z.literal('lab'), name: dnsLabel.default(defaults.defaultLabName) }),
    mapping('a cluster', {
      provider: z.literal('kubeconfig'),
      path: line('a path of one line').optional(),
      context: line('the name of a context').optional(),
    }),
  ],
  {
    error: ({ input }) => (isObject(input) ? 'one of lab, kubeconfig' : 'a mapping with provider'),
  },
);

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** Istio's own profiles that install a control plane. */
const profile = oneOf([
  'ambient',
  'default',
  'demo',
  'minimal',
  'openshift',
  'openshift-ambient',
  'preview',
  'stable',
]);

const setKey = z
  .string()
  .regex(/^[^\s=]{1,253}$/, { error: 'a path of an Istio value, without spaces and =' });
const setValue = z.union([line('text'), z.number(), z.boolean()], { error: 'text, a number, true or false' });

const mesh = mapping('a mesh', {
  profile: profile.default(defaults.defaultMeshProfile),
  set: z
    .record(setKey, setValue, { error: 'a mapping of Istio values' })
    .transform((values) =>
      Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)])),
    )
    .default({}),
});

export const labels = z
  .record(labelKey, labelValue, { error: 'a mapping of labels, such as {version: v1}' })
  .refine((value) => Object.keys(value).length > 0, {
    error: 'no labels are given, a subset needs at least one',
  });

const subset = mapping('a subset', { name: dnsLabel, labels });

const service = mapping('a service', {
  host: dnsLabel,
  subsets: listOf('subsets', subset),
  stable: text.optional(),
});

const successRate = mapping('a success rate', {
  min: z
    .number({ error: 'a share over 0, at most 1' })
    .refine((min) => min > 0 && min <= 1, { error: ({ input }) => shareProblem(input) }),
});

function shareProblem(given: unknown): string {
  const percent = typeof given === 'number' && given > 1 && given <= 100;
  return `${show(given)} is not a share over 0, at most 1${percent ? `; ${given} % is ${given / 100}` : ''}`;
}

const percentile = { error: 'a percentile over 0 and under 100, such as 99' };

const latency = mapping('a latency', {
  percentile: z.number(percentile).gt(0, percentile).lt(100, percentile),
  max: duration(1, defaults.maxLatency),
});

const gateKinds = ['successRate', 'latency'] as const;

export const gateWindow = duration(defaults.minGateWindow, defaults.maxGateWindow).default(
  defaults.defaultGateWindow,
);

const gate = mapping('a gate', {
  name: dnsLabel,
  successRate: successRate.optional(),
  latency: latency.optional(),
  hosts: listOf('hosts', text).optional(),
  interval: duration(defaults.minGateInterval, defaults.maxGateInterval).default(
    defaults.defaultGateInterval,
  ),
  window: gateWindow,
  failureLimit: whole(0, 1000).default(defaults.defaultFailureLimit),
  minRequests: whole(1, 1_000_000).default(defaults.defaultMinRequests),
}).superRefine((value, context) => {
  const given = gateKinds.filter((kind) => value[kind] !== undefined);
  if (given.length === 1) return;
  const what = given.length === 0 ? 'no kind is given' : `${given.join(' and ')} are given`;
  context.addIssue({ code: 'custom', message: `${what}, a gate has exactly one of ${gateKinds.join(', ')}` });
});

const gates = listOf('gates', gate, 0);

const subsetWeights = z
  .record(z.string(), whole(0, 100), { error: 'a mapping of subsets to percent, such as {v1: 90, v2: 10}' })
  .superRefine((weights, context) => {
    const sum = Object.values(weights).reduce((total, weight) => total + weight, 0);
    if (sum === 100) return;
    context.addIssue({ code: 'custom', message: `weights add up to ${sum}, they must add up to 100` });
  });

const weights = z
  .record(z.string(), subsetWeights, { error: 'a mapping of hosts to weights, such as {reviews: {v1: 100}}' })
  .refine((value) => Object.keys(value).length > 0, {
    error: 'a stage without weights: name at least one host',
  });

export const hold = duration(0, defaults.maxDuration).default(defaults.defaultHold);

const flag = z.boolean({ error: 'true or false' });

const stage = mapping('a stage', {
  name: dnsLabel,
  weights,
  hold,
  gates: gates.optional(),
  approval: flag.default(false),
});

const inconclusive = mapping('what to do when a gate is inconclusive', {
  timeout: duration(0, defaults.maxDuration).default(defaults.defaultInconclusiveTimeout),
  then: oneOf(['pause', 'rollBack']).default('pause'),
});

const delivery = {
  cluster,
  namespace: dnsLabel
    .refine((name) => !/^(kube-.*|istio-system)$/.test(name), {
      error: ({ input }) => `${show(input)} is a namespace of the system, name the application's own`,
    })
    .default(defaults.defaultNamespace),
  services: listOf('services', service),
  gates: gates.default([]),
  stages: listOf('stages', stage),
  metrics: mapping('metrics', { prometheus: mapping('a Prometheus', { address: httpAddress }) }).optional(),
  inconclusive: inconclusive.prefault({}),
  observeTimeout: duration(defaults.minObserveTimeout, defaults.maxObserveTimeout).default(
    defaults.defaultObserveTimeout,
  ),
};

const application = mapping('an application', { bundle: oneOf(['bookinfo']) });

const deliverySpec = mapping('a spec', delivery);

const rolloutSpec = mapping('a spec', {
  ...delivery,
  mesh: mesh.prefault({}),
  application,
  onFailure: oneOf(['keep', 'remove']).default('keep'),
});

function documentOf<K extends z.ZodType, S extends z.ZodType>(kind: K, spec: S) {
  const head = { apiVersion: z.literal(apiVersion, { error: apiVersion }), kind };
  return mapping('a document', { ...head, metadata: mapping('metadata', { name: dnsLabel }), spec });
}

/** Schema of each kind. */
export const documents = {
  Rollout: documentOf(z.literal('Rollout'), rolloutSpec),
  Canary: documentOf(z.literal('Canary'), deliverySpec),
};

/** Checks as much as can be said of a document whose kind nobody knows. */
export const anyDocument = documentOf(oneOf(kinds), rolloutSpec.partial({ application: true }));

export type ParsedGate = z.output<typeof gate>;
export type ParsedService = z.output<typeof service>;
export type ParsedDelivery = z.output<typeof deliverySpec>;
export type ParsedDocument = z.output<(typeof documents)[Kind]>;
