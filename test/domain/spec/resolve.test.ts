import { describe, expect, it } from '@jest/globals';
import { resolveDocument } from '../../../domain/spec/resolve.ts';
import { canary, everything, rollout, withValue } from './documents.ts';
import { problems, resolved } from './problems.ts';
import { badAnswers } from '../../support/bad-answers.ts';

const services = ['spec', 'services'] as const;
const stages = ['spec', 'stages'] as const;
const gate = ['spec', 'gates', 0] as const;
const subset = { name: 'v1', labels: { version: 'v1' } };
const longName = 'a'.repeat(64);

/** What is changed in a right document, to what, and everything that must be said of it. */
const malformed: [string, readonly (string | number)[], unknown, string[]][] = [
  [
    'an unknown field',
    ['spec', 'colour'],
    1,
    ['f: spec.colour: unknown field "colour"; known here: cluster'],
  ],
  [
    'a misspelt field',
    ['spec', 'observeTimout'],
    '1m',
    ['unknown field "observeTimout"; did you mean "observeTimeout"?'],
  ],
  ['a field of the other kind', ['spec', 'mesh'], {}, ['unknown field "mesh"']],
  ['another apiVersion', ['apiVersion'], 'v1', ['f: apiVersion: "v1" is not sluice.dev/v1alpha1']],
  ['no apiVersion', ['apiVersion'], undefined, ['f: apiVersion: missing, it must be sluice.dev/v1alpha1']],
  ['another kind', ['kind'], 'Rolout', ['f: kind: "Rolout" is not one of Rollout, Canary']],
  ['no kind', ['kind'], undefined, ['f: kind: missing, it must be one of Rollout, Canary']],
  [
    'no metadata',
    ['metadata'],
    undefined,
    ['f: metadata: missing, it must be metadata: a mapping with name'],
  ],
  [
    'a name in capitals',
    ['metadata', 'name'],
    'Checkout',
    ['f: metadata.name: "Checkout" is not a name of at most 63 lower-case'],
  ],
  ['a name too long', ['metadata', 'name'], longName, ['is not a name of at most 63']],
  ['a name that ends badly', ['metadata', 'name'], 'a-', ['"a-" is not a name of']],
  ['a name that is a number', ['metadata', 'name'], 7, ['f: metadata.name: 7 is not a name in text']],
  ['no spec', ['spec'], undefined, ['f: spec: missing, it must be a spec: a mapping with cluster']],
  ['a spec that is a list', ['spec'], [], ['f: spec: an empty list is not a spec']],
  [
    'an empty cluster',
    ['spec', 'cluster'],
    null,
    ['f: spec.cluster: nothing is given, it must be a mapping with provider'],
  ],
  [
    'a cluster without provider',
    ['spec', 'cluster'],
    {},
    ['f: spec.cluster.provider: missing, it must be one of lab, kubeconfig'],
  ],
  [
    'an unknown provider',
    ['spec', 'cluster'],
    { provider: 'gke' },
    ['f: spec.cluster.provider: "gke" is not one of lab, kubeconfig'],
  ],
  [
    'a field of another provider',
    ['spec', 'cluster'],
    { provider: 'lab', path: '/k' },
    ['f: spec.cluster.path: unknown field "path"'],
  ],
  [
    'an empty context',
    ['spec', 'cluster'],
    { provider: 'kubeconfig', context: '' },
    ['"" is not the name of a context', 'gate "success-rate" cannot do without'],
  ],
  [
    'gates without metrics',
    ['spec', 'cluster'],
    { provider: 'kubeconfig' },
    [
      'f: spec.metrics: missing, gate "success-rate" cannot do without: name metrics.prometheus.address (provider kubeconfig brings no Prometheus',
    ],
  ],
  [
    'an address without scheme',
    ['spec', 'metrics'],
    { prometheus: { address: 'prom:9090' } },
    ['f: spec.metrics.prometheus.address: "prom:9090" is not an http:// or https:// address'],
  ],
  [
    'an address with a password',
    ['spec', 'metrics'],
    { prometheus: { address: 'http://a:b@c' } },
    ['must not hold a user name or password'],
  ],
  [
    'an address with a query',
    ['spec', 'metrics'],
    { prometheus: { address: 'http://a/?q=1' } },
    ["must end with its path, without '?' and '#'"],
  ],
  [
    'metrics without Prometheus',
    ['spec', 'metrics'],
    {},
    ['f: spec.metrics.prometheus: missing, it must be a Prometheus: a mapping with address, credentials'],
  ],
  [
    'a namespace of the system',
    ['spec', 'namespace'],
    'kube-system',
    ['f: spec.namespace: "kube-system" is a namespace of the system'],
  ],
  ['a namespace with dots', ['spec', 'namespace'], 'a.b', ['"a.b" is not a name']],
  [
    'no services',
    ['spec', 'services'],
    undefined,
    ['f: spec.services: missing, it must be a list of 1 to 100 services'],
  ],
  [
    'an empty list of services',
    [...services],
    [],
    [
      'an empty list is not a list of 1 to 100 services',
      'host "checkout" is not one of the services',
      '"cart"',
      '"checkout"',
      '"checkout"',
    ],
  ],
  [
    'a host twice',
    [...services, 1, 'host'],
    'checkout',
    [
      'f: spec.services[1].host: host "checkout" is there twice, first as entry 1',
      'host "cart" is not one of the services',
    ],
  ],
  [
    'a host with a domain',
    [...services, 1, 'host'],
    'cart.shop.svc',
    [
      '"cart.shop.svc" is not a name',
      'host "cart" is not one',
      'the first stage gives "cart.shop.svc" no weights',
    ],
  ],
  [
    'no subsets',
    [...services, 1, 'subsets'],
    [],
    ['an empty list is not a list of 1 to 100 subsets', 'subset "v1" is not defined'],
  ],
  [
    'a subset twice',
    [...services, 0, 'subsets', 1, 'name'],
    'v1',
    [
      'f: spec.services[0].subsets[1].name: subset "v1" is there twice',
      'subset "v2" is not defined',
      'subset "v2" is not defined',
    ],
  ],
  [
    'a subset without labels',
    [...services, 1, 'subsets', 0, 'labels'],
    {},
    ['f: spec.services[1].subsets[0].labels: no labels are given'],
  ],
  [
    'a label that is a number',
    [...services, 0, 'subsets', 0, 'labels', 'version'],
    1,
    ['f: spec.services[0].subsets[0].labels.version: 1 is not text: put it in quotes'],
  ],
  [
    'a wrong label value',
    [...services, 0, 'subsets', 0, 'labels', 'version'],
    'a b',
    ['"a b" is not a Kubernetes label value'],
  ],
  [
    'a wrong label key',
    [...services, 1, 'subsets', 0, 'labels'],
    { 'a b': 'c' },
    ['f: spec.services[1].subsets[0].labels["a b"]: "a b" is not a Kubernetes label key'],
  ],
  [
    'two subsets of the same pods',
    [...services, 1, 'subsets'],
    [subset, { ...subset, name: 'v2' }],
    ['f: spec.services[1].subsets[1].labels: subsets v1 and v2 have the same labels'],
  ],
  [
    'a stable that is no subset',
    [...services, 0, 'stable'],
    'v9',
    ['f: spec.services[0].stable: subset "v9" is not defined; did you mean "v1"?; allowed are v1, v2'],
  ],
  [
    'a stable that cannot be told',
    [...stages, 0, 'weights', 'checkout'],
    { v1: 50, v2: 50 },
    ['f: spec.services[0]: v1 and v2 have the same weight in the first stage'],
  ],
  [
    'no stages',
    ['spec', 'stages'],
    undefined,
    ['f: spec.stages: missing, it must be a list of 1 to 100 stages'],
  ],
  [
    'an empty list of stages',
    [...stages],
    [],
    ['f: spec.stages: an empty list is not a list of 1 to 100 stages'],
  ],
  [
    'too many stages',
    [...stages],
    Array.from({ length: 101 }, (_, at) => ({
      name: `s${at}`,
      weights: { checkout: { v1: 100 }, cart: { v1: 100 } },
    })),
    ['f: spec.stages: a list is not a list of 1 to 100 stages'],
  ],
  [
    'a stage twice',
    [...stages, 2, 'name'],
    'canary',
    ['f: spec.stages[2].name: stage "canary" is there twice, first as entry 2'],
  ],
  [
    'a stage that is text',
    [...stages, 2],
    'all',
    ['f: spec.stages[2]: "all" is not a stage: a mapping with name'],
  ],
  [
    'a stage without weights',
    [...stages, 1, 'weights'],
    undefined,
    ['f: spec.stages[1].weights: missing, it must be a mapping of hosts to weights'],
  ],
  [
    'a stage with empty weights',
    [...stages, 1, 'weights'],
    {},
    ['f: spec.stages[1].weights: a stage without weights'],
  ],
  [
    'weights of 90',
    [...stages, 1, 'weights', 'checkout'],
    { v1: 80, v2: 10 },
    ['f: spec.stages[1].weights.checkout: weights add up to 90, they must add up to 100'],
  ],
  [
    'a host without weights',
    [...stages, 1, 'weights', 'checkout'],
    {},
    ['weights add up to 0, they must add up to 100'],
  ],
  [
    'a weight with a fraction',
    [...stages, 1, 'weights', 'checkout'],
    { v1: 99.5, v2: 0.5 },
    ['99.5 is not a whole number from 0 to 100', '0.5 is not a whole number'],
  ],
  [
    'a negative weight',
    [...stages, 1, 'weights', 'checkout'],
    { v1: 110, v2: -10 },
    ['v1: 110 is not a whole number from 0 to 100', 'v2: -10 is not a whole number from 0 to 100'],
  ],
  [
    'a weight in text',
    [...stages, 1, 'weights', 'checkout', 'v1'],
    '90%',
    ['f: spec.stages[1].weights.checkout.v1: "90%" is not a whole number from 0 to 100'],
  ],
  [
    'a weight that is no number',
    [...stages, 1, 'weights', 'checkout', 'v1'],
    NaN,
    ['NaN is not a whole number'],
  ],
  [
    'a subset nobody defines',
    [...stages, 1, 'weights', 'checkout'],
    { v1: 90, v3: 10 },
    [
      'f: spec.stages[1].weights.checkout.v3: subset "v3" is not defined; did you mean "v1"?; checkout has v1, v2',
    ],
  ],
  [
    'a host nobody defines',
    [...stages, 1, 'weights'],
    { chekout: { v1: 100 } },
    [
      'f: spec.stages[1].weights.chekout: host "chekout" is not one of the services; did you mean "checkout"?',
    ],
  ],
  [
    'a first stage that leaves one out',
    [...stages, 0, 'weights'],
    { checkout: { v1: 100 } },
    ['f: spec.stages[0].weights: the first stage gives "cart" no weights'],
  ],
  [
    'a hold without unit',
    [...stages, 1, 'hold'],
    20,
    ['f: spec.stages[1].hold: 20 is not a duration with a unit, such as'],
  ],
  ['a hold in text without unit', [...stages, 1, 'hold'], '20', ['"20" is not a duration with a unit']],
  [
    'a negative hold',
    [...stages, 1, 'hold'],
    '-5m',
    ['f: spec.stages[1].hold: "-5m" is out of range, allowed is 0s to 30d'],
  ],
  ['an absurd hold', [...stages, 1, 'hold'], '9999d', ['"9999d" is out of range, allowed is 0s to 30d']],
  [
    'a hold shorter than the window',
    [...stages, 1, 'hold'],
    '20s',
    ['f: spec.gates[0].window: the window of 1m is longer than the hold of canary (20s)'],
  ],
  [
    'an approval that is no flag',
    [...stages, 1, 'approval'],
    'yes',
    ['f: spec.stages[1].approval: "yes" is not true, false or a mapping with approvers, timeout, then'],
  ],
  [
    'a gate twice',
    ['spec', 'gates', 1],
    { name: 'success-rate', successRate: { min: 1 } },
    ['f: spec.gates[1].name: gate "success-rate" is there twice'],
  ],
  [
    'an unknown kind of gate',
    [...gate],
    { name: 'g', errorRate: {} },
    [
      'f: spec.gates[0].errorRate: unknown field "errorRate"; known here: name, errors, slowRequests, successRate, latency, promql, cloudWatch, datadog, restarts, http, job, hosts',
      'f: spec.gates[0]: no kind is given, a gate has exactly one of errors, slowRequests, successRate, latency, promql, cloudWatch, datadog, restarts, http, job, or a template',
    ],
  ],
  [
    'a gate without kind',
    [...gate],
    { name: 'g' },
    ['f: spec.gates[0]: no kind is given, a gate has exactly one of errors, slowRequests, successRate'],
  ],
  [
    'a gate of two kinds',
    [...gate, 'latency'],
    { percentile: 99, max: '1s' },
    ['f: spec.gates[0]: successRate and latency are given, a gate has exactly one'],
  ],
  [
    'a share in percent',
    [...gate, 'successRate', 'min'],
    99,
    ['f: spec.gates[0].successRate.min: 99 is not a share over 0, at most 1; 99 % is 0.99'],
  ],
  ['a share of nothing', [...gate, 'successRate', 'min'], 0, ['0 is not a share over 0, at most 1']],
  [
    'a percentile of 100',
    [...gate],
    { name: 'g', latency: { percentile: 100, max: '1s' } },
    ['f: spec.gates[0].latency.percentile: 100 is not a percentile over 0 and under 100'],
  ],
  [
    'a latency without unit',
    [...gate],
    { name: 'g', latency: { percentile: 99, max: 500 } },
    ['f: spec.gates[0].latency.max: 500 is not a duration with a unit'],
  ],
  [
    'a host that no gate knows',
    [...gate, 'hosts'],
    ['cat'],
    ['f: spec.gates[0].hosts[0]: host "cat" is not one of the services; did you mean "cart"?'],
  ],
  [
    'a gate for no host',
    [...gate, 'hosts'],
    [],
    ['f: spec.gates[0].hosts: an empty list is not a list of 1 to 100 hosts'],
  ],
  [
    'an interval of nothing',
    [...gate, 'interval'],
    '0s',
    ['f: spec.gates[0].interval: "0s" is out of range, allowed is 100ms to 1h'],
  ],
  [
    'a window too short',
    [...gate, 'window'],
    '1ms',
    ['f: spec.gates[0].window: "1ms" is out of range, allowed is 1s to 1d'],
  ],
  [
    'a negative limit',
    [...gate, 'failureLimit'],
    -1,
    ['f: spec.gates[0].failureLimit: -1 is not a whole number from 0 to 1000'],
  ],
  [
    'no requests needed',
    [...gate, 'minRequests'],
    0,
    ['f: spec.gates[0].minRequests: 0 is not a whole number from 1 to'],
  ],
  ['gates that are no list', ['spec', 'gates'], {}, ['f: spec.gates: {} is not a list of 0 to 100 gates']],
  [
    'an unknown way on',
    ['spec', 'inconclusive'],
    { then: 'promote' },
    ['f: spec.inconclusive.then: "promote" is not one of pause, rollBack'],
  ],
  [
    'no time to observe',
    ['spec', 'observeTimeout'],
    '10ms',
    ['f: spec.observeTimeout: "10ms" is out of range, allowed is 1s to 1h'],
  ],
];

describe('a malformed canary', () => {
  it.each(malformed)('with %s is refused with the place and what is allowed', (_, path, value, expected) => {
    const found = problems(withValue(canary(), path, value));
    expect(found).toHaveLength(expected.length);
    expect(found).toEqual(expected.map((part) => expect.stringContaining(part) as unknown));
  });
});

describe('a canary whose gate asks by version', () => {
  const gates = [{ name: 'orders', promql: { query: 'sum(orders{version="{{version}}"})', min: 1 } }];
  const asking = withValue(canary(), ['spec', 'gates'], gates);

  it.each([
    [{ track: 'new' }, 'subset "v2" needs a label version'],
    [{ version: 'v1', track: 'new' }, 'subset "v2" has the same label version "v1" as another'],
  ])('is refused with a subset of %j', (labels, expected) => {
    const found = problems(withValue(asking, [...services, 0, 'subsets', 1, 'labels'], labels));
    expect(found).toEqual([expect.stringContaining(expected)]);
  });
});

describe('a malformed rollout', () => {
  it.each([
    [
      'no application',
      ['spec', 'application'],
      undefined,
      'f: spec.application: missing, it must be an application: a mapping with bundle',
    ],
    [
      'an unknown bundle',
      ['spec', 'application', 'bundle'],
      'books',
      'f: spec.application.bundle: "books" is not one of bookinfo',
    ],
    [
      'an unknown profile',
      ['spec', 'mesh'],
      { profile: 'dmo' },
      'f: spec.mesh.profile: "dmo" is not one of default, demo',
    ],
    [
      'a profile of ambient mode',
      ['spec', 'mesh'],
      { profile: 'ambient' },
      'f: spec.mesh.profile: profile "ambient" has no sidecars that weights could be followed in',
    ],
    [
      'an operator of ambient mode',
      ['spec', 'mesh'],
      {
        operator: {
          apiVersion: 'install.istio.io/v1alpha1',
          kind: 'IstioOperator',
          spec: { profile: 'openshift-ambient' },
        },
      },
      'f: spec.mesh.operator.spec.profile: profile "openshift-ambient" has no sidecars',
    ],
    [
      'a revision that is no label',
      ['spec', 'mesh'],
      { revision: '1.31' },
      'f: spec.mesh.revision: "1.31" is not the name of a revision',
    ],
    [
      'a revision by the way of values',
      ['spec', 'mesh'],
      { set: { revision: 'next' } },
      'f: spec.mesh.set.revision: what is installed is known by mesh.revision',
    ],
    [
      'a version of Istio without quotes',
      ['spec', 'mesh'],
      { version: 1.31 },
      'f: spec.mesh.version: 1.31 is not a version of Istio in quotes, such as "1.31"',
    ],
    [
      'a version of Istio out of support',
      ['spec', 'mesh'],
      { version: '1.13.3' },
      'f: spec.mesh.version: Istio "1.13.3" is not supported; one of 1.31, 1.30, or a patch of these (https://istio.io/',
    ],
    [
      'an upgrade to nowhere',
      ['spec', 'mesh'],
      { upgrade: true },
      'f: spec.mesh.upgrade: upgrade: true means nothing without the version to upgrade to: name mesh.version',
    ],
    [
      'an operator that is none',
      ['spec', 'mesh'],
      { operator: { apiVersion: 'install.istio.io/v1alpha1', kind: 'Operator' } },
      'f: spec.mesh.operator.kind: "Operator" is not IstioOperator',
    ],
    [
      'an unknown add-on',
      ['spec', 'addons'],
      { install: ['kiali', 'loki'] },
      'f: spec.addons.install[1]: "loki" is not one of prometheus, grafana, jaeger, kiali',
    ],
    [
      'an add-on to expose that is not installed',
      ['spec', 'addons'],
      { install: ['kiali'], expose: ['grafana'] },
      'f: spec.addons.expose[0]: "grafana" is not installed: add it to addons.install (kiali), or leave it out',
    ],
    [
      'a wrong Istio value',
      ['spec', 'mesh'],
      { set: { 'a=b': '1' } },
      '"a=b" is not a path of an Istio value',
    ],
    [
      'an Istio value that is a list',
      ['spec', 'mesh'],
      { set: { a: [1] } },
      'f: spec.mesh.set.a: a list is not text, a number, true or false',
    ],
    [
      'an unknown end',
      ['spec', 'onFailure'],
      'delete',
      'f: spec.onFailure: "delete" is not one of keep, remove',
    ],
  ])('with %s is refused', (_, path, value, expected) => {
    expect(problems(withValue(rollout(), path, value))).toEqual([expect.stringContaining(expected)]);
  });

  it('with a host that the bundle lacks is refused', () => {
    const stageless = withValue(
      rollout(),
      ['spec', 'stages'],
      [{ name: 's', weights: { review: { v1: 100 } } }],
    );
    const changed = withValue(stageless, ['spec', 'services', 0, 'host'], 'review');
    expect(problems(changed)).toEqual([
      expect.stringContaining(
        'f: spec.services[0].host: host "review" is not in the bundle bookinfo; did you mean "reviews"?',
      ),
    ]);
  });
});

it('all mistakes of a document are told at once', () => {
  let document: unknown = withValue(canary(), ['apiVersion'], 'v1');
  document = withValue(document, ['spec', 'colour'], 1);
  document = withValue(document, ['spec', 'stages', 1, 'weights', 'checkout'], { v1: 80, v9: 10 });
  document = withValue(document, ['spec', 'stages', 2, 'hold'], 'soon');
  document = withValue(document, ['spec', 'gates', 0, 'hosts'], ['nobody']);
  expect(problems(document)).toHaveLength(6);
});

describe('values that are no document', () => {
  const cyclic: Record<string, unknown> = {};
  cyclic.spec = { services: [cyclic], stages: cyclic };
  const values = [
    undefined,
    null,
    0,
    NaN,
    '',
    'text',
    true,
    [],
    [[]],
    {},
    { spec: null },
    { kind: 'Canary', spec: [] },
  ];

  it.each([...values, cyclic, Object.create(null), new Map(), Symbol('s'), 1n])(
    '%p is refused without throwing',
    (value) => {
      expect(problems(value).length).toBeGreaterThan(0);
    },
  );

  it('whatever one field is replaced by, the answer is a document or issues', () => {
    for (const path of pathsOf(everything())) {
      for (const value of [undefined, null, NaN, 'text', [[]], {}])
        expect(() => resolveDocument(withValue(everything(), path, value))).not.toThrow();
    }
  });
});

describe('defaults', () => {
  it('fill in what a document leaves out', () => {
    const { spec } = resolved(canary());
    expect(spec).toMatchObject({
      cluster: { provider: 'lab', name: 'default' },
      namespace: 'default',
      prometheus: null,
      inconclusive: { timeout: 600_000, then: 'pause' },
      observeTimeout: 60_000,
      drift: 'reassert',
      progressDeadline: null,
      retry: { timeout: 0, limit: 3 },
      notifications: [],
    });
    expect(spec.stages[0]).toMatchObject({ hold: 60_000, approval: null, progressDeadline: null });
    expect(spec.stages[0]?.gates).toEqual([
      {
        name: 'success-rate',
        kind: 'successRate',
        ...badAnswers,
        min: 0.99,
        hosts: ['checkout'],
        interval: 5_000,
        window: 60_000,
        failureLimit: 0,
        inconclusiveLimit: null,
        consecutiveErrorLimit: 4,
        minRequests: 10,
        dryRun: false,
        initialDelay: 0,
      },
    ]);
  });

  it('install the profile demo and keep what was made', () => {
    expect(resolved(rollout())).toMatchObject({
      spec: {
        mesh: { version: null, revision: null, profile: 'demo', operator: null, upgrade: false, set: {} },
        onFailure: 'keep',
      },
    });
  });

  it('take the heaviest subset of the first stage as the stable one', () => {
    const document = withValue(canary(), ['spec', 'stages', 0, 'weights', 'checkout'], { v1: 10, v2: 90 });
    expect(resolved(document).spec.services.map(({ stable }) => stable)).toEqual(['v2', 'v1']);
  });

  it('a stable that is named counts more than weights', () => {
    expect(
      resolved(withValue(canary(), ['spec', 'services', 0, 'stable'], 'v2')).spec.services[0]?.stable,
    ).toBe('v2');
  });

  it('a stage with gates of its own has just those, also none', () => {
    const document = withValue(canary(), ['spec', 'stages', 1, 'gates'], []);
    expect(resolved(document).spec.stages.map(({ gates }) => gates.length)).toEqual([1, 0, 1]);
  });

  it('gates judge every host where no weights change', () => {
    const document = withValue(
      canary(),
      ['spec', 'stages'],
      [{ name: 's', weights: { checkout: { v1: 100 }, cart: { v1: 100 } } }],
    );
    expect(resolved(document).spec.stages[0]?.gates[0]?.hosts).toEqual(['checkout', 'cart']);
  });

  it('installs every add-on where it is said only that there are some, and none where nothing is said', () => {
    const addonsOf = (addons: unknown) => resolved(withValue(rollout(), ['spec', 'addons'], addons));
    const all = ['prometheus', 'grafana', 'jaeger', 'kiali'];
    expect(addonsOf({})).toMatchObject({ spec: { addons: { install: all, expose: [] } } });
    expect(addonsOf({ expose: ['kiali'] })).toMatchObject({ spec: { addons: { expose: ['kiali'] } } });
    expect(resolved(rollout())).toMatchObject({ spec: { addons: null } });
  });

  it('takes the profile of an IstioOperator, unless the spec names another', () => {
    const operator = {
      apiVersion: 'install.istio.io/v1alpha1',
      kind: 'IstioOperator',
      spec: { profile: 'minimal', meshConfig: { accessLogFile: '/dev/stdout' } },
    };
    const profileOf = (mesh: object) => resolved(withValue(rollout(), ['spec', 'mesh'], mesh));
    expect(profileOf({ operator })).toMatchObject({ spec: { mesh: { profile: 'minimal', operator } } });
    expect(profileOf({ operator, profile: 'default' })).toMatchObject({
      spec: { mesh: { profile: 'default' } },
    });
  });

  it('Istio values are text, whatever YAML made of them', () => {
    const document = withValue(rollout(), ['spec', 'mesh'], { set: { 'a.b': true, c: 3, d: 'e' } });
    expect(resolved(document)).toMatchObject({ spec: { mesh: { set: { 'a.b': 'true', c: '3', d: 'e' } } } });
  });

  it('an address loses its last slash', () => {
    const document = withValue(canary(), ['spec', 'metrics'], {
      prometheus: { address: 'http://prom:9090/' },
    });
    expect(resolved(document).spec.prometheus).toEqual({ address: 'http://prom:9090', credentials: null });
  });

  it('a document without gates needs no metrics', () => {
    const bare = withValue(withValue(canary(), ['spec', 'gates'], []), ['spec', 'cluster'], {
      provider: 'kubeconfig',
    });
    expect(resolved(bare).spec.cluster).toEqual({ provider: 'kubeconfig', path: null, context: null });
  });
});

function pathsOf(value: unknown, path: readonly (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const at = [...path, Array.isArray(value) ? Number(key) : key];
    return [at, ...pathsOf(inner, at)];
  });
}
