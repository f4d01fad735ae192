import { describe, expect, it } from '@jest/globals';
import { canary, everything, gates, withValue } from './documents.ts';
import { problems, resolved } from './problems.ts';
import { badAnswers } from '../../support/bad-answers.ts';

type Path = readonly (string | number)[];

/** A canary with one gate, whose stages hold long enough for every gate. */
function withGate(gate: Record<string, unknown>, hold = '10m') {
  const document = withValue(canary(), ['spec', 'gates'], [{ name: 'g', ...gate }]);
  return [0, 1, 2].reduce((sum, stage) => withValue(sum, ['spec', 'stages', stage, 'hold'], hold), document);
}

function gateOf(gate: Record<string, unknown>) {
  return resolved(withGate(gate)).spec.stages[1]?.gates[0];
}

const common = { name: 'g', hosts: ['checkout'], dryRun: false, initialDelay: 0 };
const sampled = { interval: 5_000, failureLimit: 0, inconclusiveLimit: null, consecutiveErrorLimit: 4 };
const sequential = { allowed: 0.01, alpha: 0.01, minRequests: 10 };

describe('a gate of', () => {
  it.each([
    [
      'errors',
      { errors: {} },
      { ...common, kind: 'errors', ...badAnswers, ...sequential, source: 'proxies', interval: 250 },
    ],
    [
      'errors that Prometheus counts',
      { errors: { source: 'prometheus', allowed: 0.02, alpha: 0.001 }, minRequests: 30 },
      {
        ...common,
        kind: 'errors',
        ...badAnswers,
        allowed: 0.02,
        alpha: 0.001,
        minRequests: 30,
        source: 'prometheus',
        interval: 5_000,
      },
    ],
    [
      'slow requests',
      { slowRequests: { over: '500ms' }, interval: '1s' },
      { ...common, kind: 'slowRequests', over: 500, ...sequential, source: 'proxies', interval: 1_000 },
    ],
    [
      'success rate',
      { successRate: { min: 0.99 }, inconclusiveLimit: 3, consecutiveErrorLimit: 0 },
      {
        ...common,
        ...sampled,
        kind: 'successRate',
        ...badAnswers,
        min: 0.99,
        window: 60_000,
        minRequests: 10,
        inconclusiveLimit: 3,
        consecutiveErrorLimit: 0,
      },
    ],
    [
      'latency',
      { latency: { percentile: 99, max: '300ms' } },
      { ...common, ...sampled, kind: 'latency', percentile: 99, max: 300, window: 60_000, minRequests: 10 },
    ],
    [
      'PromQL',
      { promql: { query: 'sum(x)', max: 3 }, window: '30s', dryRun: true },
      {
        ...common,
        ...sampled,
        kind: 'promql',
        query: 'sum(x)',
        min: null,
        max: 3,
        window: 30_000,
        dryRun: true,
      },
    ],
    [
      'Datadog',
      { datadog: { query: 'sum:hits{service:{{host}}}.as_count()', min: 1 } },
      {
        ...common,
        ...sampled,
        kind: 'datadog',
        query: 'sum:hits{service:{{host}}}.as_count()',
        min: 1,
        max: null,
        interval: 60_000,
        window: 300_000,
      },
    ],
    [
      'CloudWatch',
      {
        cloudWatch: {
          queries: [
            { id: 'm', metric: { namespace: 'AWS/SQS', name: 'Age', statistic: 'p99' }, returnData: false },
            { id: 'e', expression: 'FILL(m, 0)' },
          ],
          max: 3,
        },
        window: '2m',
      },
      {
        ...common,
        ...sampled,
        kind: 'cloudWatch',
        queries: [
          {
            id: 'm',
            metric: { namespace: 'AWS/SQS', name: 'Age', dimensions: {}, statistic: 'p99' },
            returnData: false,
          },
          { id: 'e', expression: 'FILL(m, 0)', returnData: true },
        ],
        region: null,
        profile: null,
        min: null,
        max: 3,
        interval: 60_000,
        window: 120_000,
      },
    ],
    [
      'HTTP, which looks back on nothing',
      { http: { url: 'https://checks.shop/gate?strict=1' } },
      {
        ...common,
        ...sampled,
        kind: 'http',
        url: 'https://checks.shop/gate?strict=1',
        timeout: 5_000,
        window: 0,
      },
    ],
    [
      'a Job',
      { job: { image: 'registry.example/smoke:1' }, hosts: ['cart'] },
      {
        ...common,
        hosts: ['cart'],
        kind: 'job',
        image: 'registry.example/smoke:1',
        command: [],
        env: {},
        serviceAccount: null,
        timeout: 300_000,
      },
    ],
    [
      'a Job that says all',
      {
        job: {
          image: 'a',
          command: ['sh', '-c', 'x\ny'],
          env: { A_B: '' },
          serviceAccount: 'a.b',
          timeout: '1m',
        },
      },
      {
        ...common,
        kind: 'job',
        image: 'a',
        command: ['sh', '-c', 'x\ny'],
        env: { A_B: '' },
        serviceAccount: 'a.b',
        timeout: 60_000,
      },
    ],
  ])('%s has every default', (_, gate, expected) => {
    expect(gateOf(gate)).toEqual(expected);
  });
});

const query = (text: string, more = {}) => ({ promql: { query: text, min: 1, ...more } });

const cloudWatch = (queries: unknown, more = {}) => ({ cloudWatch: { queries, max: 1 }, ...more });

/** A gate, and everything that must be said of it. */
const malformed: [string, Record<string, unknown>, string[]][] = [
  ['errors of nothing', { errors: null }, ['spec.gates[0].errors: nothing is given, it must be what errors']],
  [
    'a share in percent',
    { errors: { allowed: 1 } },
    ['f: spec.gates[0].errors.allowed: 1 is not a share over 0 and under 1; 1 % is 0.01'],
  ],
  [
    'no error allowed at all',
    { errors: { allowed: 0 } },
    ['errors.allowed: 0 is not a share over 0 and under 1'],
  ],
  ['an alpha in text', { errors: { alpha: '1%' } }, ['errors.alpha: "1%" is not a share over 0 and under 1']],
  ['an alpha of 5', { errors: { alpha: 5 } }, ['5 is not a share over 0 and under 1; 5 % is 0.05']],
  ['an alpha that is no number', { errors: { alpha: NaN } }, ['NaN is not a share over 0 and under 1']],
  ['an unknown source', { errors: { source: 'envoy' } }, ['"envoy" is not one of proxies, prometheus']],
  [
    'a window of what has none',
    { errors: {}, window: '1m' },
    [
      'f: spec.gates[0].window: unknown field "window"; known here: name, hosts, dryRun, initialDelay, errors, interval, minRequests',
    ],
  ],
  [
    'a limit of what has none',
    { slowRequests: { over: '1s' }, failureLimit: 1 },
    ['f: spec.gates[0].failureLimit: unknown field "failureLimit"'],
  ],
  ['looks too often', { errors: {}, interval: '50ms' }, ['"50ms" is out of range, allowed is 100ms to 1h']],
  [
    'slow without over',
    { slowRequests: {} },
    ['f: spec.gates[0].slowRequests.over: missing, it must be a duration'],
  ],
  [
    'slow over what nobody counts',
    { slowRequests: { over: '300ms' } },
    [
      "f: spec.gates[0].slowRequests.over: 300ms is no bound of the proxies' latency histogram; the nearest are 250ms and 500ms",
    ],
  ],
  [
    'a PromQL query that ends too early',
    query('sum(rate(x[1m])'),
    ['f: spec.gates[0].promql.query: the query is not PromQL: at character 16 it ends too early'],
  ],
  ['an empty query', query(''), ['promql.query: the query is not PromQL: at character 1 it ends too early']],
  ['a query that is a number', { promql: { query: 1, min: 1 } }, ['1 is not a PromQL query in text']],
  [
    'a query without bounds',
    { promql: { query: 'x' } },
    ['f: spec.gates[0].promql: no bound is given, name min or max or both'],
  ],
  [
    'bounds the wrong way round',
    query('x', { max: 0 }),
    ['promql: min 1 is over max 0, so no value could pass'],
  ],
  ['a bound in text', query('x', { max: '3' }), ['f: spec.gates[0].promql.max: "3" is not a number']],
  ['an endless bound', query('x', { max: Infinity }), ['Infinity is not a number']],
  [
    'a hook without scheme',
    { http: { url: 'checks.shop/gate' } },
    ['f: spec.gates[0].http.url: "checks.shop/gate" is not an http:// or https:// address'],
  ],
  [
    'a hook with a password',
    { http: { url: 'https://a:b@checks.shop' } },
    ['must not hold a user name or password: it is kept in the history'],
  ],
  ['a hook with a fragment', { http: { url: 'https://a/b#c' } }, ['"https://a/b#c" must not hold a \'#\'']],
  [
    'a hook that may take for ever',
    { http: { url: 'http://a', timeout: '5m' } },
    ['allowed is 100ms to 30s'],
  ],
  ['a window of a hook', { http: { url: 'http://a' }, window: '1m' }, ['unknown field "window"']],
  ['a Job without image', { job: {} }, ['f: spec.gates[0].job.image: missing, it must be a container image']],
  ['a Job of a sentence', { job: { image: 'my image' } }, ['"my image" is not a container image, such as']],
  ['a command in one text', { job: { image: 'a', command: 'ls' } }, ['"ls" is not a list of 1 to 100 words']],
  [
    'a variable that is a number',
    { job: { image: 'a', env: { A: 1 } } },
    ['1 is not text: put it in quotes'],
  ],
  [
    'a variable of no shell',
    { job: { image: 'a', env: { 'A-B': '1' } } },
    ['"A-B" is not the name of a variable'],
  ],
  [
    'a wrong service account',
    { job: { image: 'a', serviceAccount: 'A' } },
    ['"A" is not the name of a service'],
  ],
  ['samples of a Job', { job: { image: 'a' }, interval: '1s' }, ['unknown field "interval"']],
  [
    'a dry run that is no flag',
    { errors: {}, dryRun: 'yes' },
    ['f: spec.gates[0].dryRun: "yes" is not true or false'],
  ],
  [
    'a query of Datadog without bounds',
    { datadog: { query: 'avg:x{*}' } },
    ['f: spec.gates[0].datadog: no bound is given, name min or max or both'],
  ],
  [
    'an unknown placeholder for Datadog',
    { datadog: { query: 'avg:x{a:{{hosts}}}', max: 1 } },
    ['spec.gates[0].datadog.query: unknown placeholder "{{hosts}}"'],
  ],
  [
    'no query of CloudWatch that is judged',
    cloudWatch([{ id: 'a', expression: 'b', returnData: false }]),
    ['f: spec.gates[0].cloudWatch.queries: 0 queries return data, a gate needs a single number'],
  ],
  [
    'two of them',
    cloudWatch([
      { id: 'a', expression: 'b' },
      { id: 'c', expression: 'd' },
    ]),
    ['2 queries return data'],
  ],
  [
    'a query of CloudWatch of nothing',
    cloudWatch([{ id: 'a' }]),
    [
      'f: spec.gates[0].cloudWatch.queries[0]: neither is given, a query has exactly one of metric, expression',
    ],
  ],
  ['an id of CloudWatch', cloudWatch([{ id: 'A', expression: 'b' }]), ['"A" is not an id: letters, digits']],
  [
    'half a minute of CloudWatch',
    cloudWatch([{ id: 'a', expression: 'b' }], { window: '90s' }),
    ['f: spec.gates[0].window: 90000 ms is not a whole number of minutes'],
  ],
  ['three kinds', { errors: {}, job: { image: 'a' }, http: {} }, ['errors and http and job are given']],
];

describe('a gate that is wrong', () => {
  it.each(malformed)('by %s is refused', (_, gate, expected) => {
    const found = problems(withGate(gate));
    expect(found).toEqual(expected.map((part) => expect.stringContaining(part) as unknown));
  });
});

describe('the hold of a stage', () => {
  it.each([
    [
      'the window of samples',
      { latency: { percentile: 50, max: '1s' } },
      'window: the window of 1m is longer than',
    ],
    [
      'the window of a query',
      query('x'),
      'spec.gates[0].window: the window of 1m is longer than the hold of start (59s)',
    ],
    [
      'the window of a cloud',
      { datadog: { query: 'avg:x{*}', max: 1 } },
      'f: spec.gates[0].window: the window of 5m is longer than the hold of start (59s)',
    ],
    [
      'the time of a Job',
      { job: { image: 'a', timeout: '1m' } },
      "f: spec.gates[0].job.timeout: the Job's timeout of 1m is longer than the hold of start (59s), canary (59s), all (59s), so the stage could end before the Job does",
    ],
    [
      'the time of a Job that names none',
      { job: { image: 'a' } },
      "spec.gates[0].job.timeout: the Job's timeout of 5m is longer than",
    ],
    [
      'the interval of counts',
      { errors: { source: 'prometheus' }, interval: '1m' },
      'f: spec.gates[0].interval: the interval of 1m is longer than the hold of start (59s)',
    ],
  ])('must not be shorter than %s', (_, gate, expected) => {
    expect(problems(withGate(gate, '59s'))).toEqual([expect.stringContaining(expected)]);
    expect(problems(withGate(gate, '5m'))).toEqual([]);
  });

  it('of nothing gives the proxies no time for a look', () => {
    expect(problems(withGate({ errors: {} }, '0s'))).toEqual([
      expect.stringContaining('the interval of 250ms is longer than the hold of start (0s)'),
    ]);
  });

  it('counts for the stages that a gate judges', () => {
    const document = withValue(withGate({ job: { image: 'a' } }, '1m'), ['spec', 'gates'], []);
    const own = withValue(document, ['spec', 'stages', 1, 'gates'], [{ name: 'g', job: { image: 'a' } }]);
    expect(problems(own)).toEqual([
      expect.stringContaining('f: spec.stages[1].gates[0].job.timeout: the Job'),
    ]);
    expect(problems(withValue(own, ['spec', 'stages', 1, 'hold'], '5m'))).toEqual([]);
  });
});

describe('without a Prometheus', () => {
  const bare = (all: unknown) =>
    withValue(
      withValue(everything(), ['spec', 'cluster'], { provider: 'kubeconfig' }),
      ['spec', 'gates'],
      all,
    );

  it('gates that ask one are named, all at once', () => {
    expect(problems(bare(gates))).toEqual([
      expect.stringContaining(
        'f: spec.metrics: missing, gates "success-rate", "latency", "orders" cannot do without: name metrics.prometheus.address',
      ),
    ]);
  });

  it('a sequential gate counts in the proxies, or cannot count', () => {
    const gate = (source: string) => bare([{ name: 'errors', errors: { source } }]);
    expect(problems(gate('proxies'))).toEqual([]);
    expect(problems(gate('prometheus'))).toEqual([
      expect.stringContaining('gate "errors" cannot do without'),
    ]);
  });

  it('endpoints and Jobs are asked', () => {
    expect(problems(bare([gates[5], gates[6]]))).toEqual([]);
  });
});

describe('a subset without version', () => {
  const path: Path = ['spec', 'services', 0, 'subsets', 1, 'labels'];
  const unversioned = (gate: Record<string, unknown>) => withValue(withGate(gate), path, { track: 'new' });

  it.each([query('x{version="{{ version }}"}'), query('y{version="{{version}}"}')])(
    'cannot be judged by %p',
    (gate) => {
      expect(problems(unversioned(gate))).toEqual([
        expect.stringContaining('subset "v2" needs a label version'),
      ]);
    },
  );

  it.each([
    { errors: {} },
    { http: { url: 'http://a' } },
    { job: { image: 'a' } },
    query('x{subset="{{subset}}"}'),
  ])('can be judged by %p', (gate) => {
    expect(problems(unversioned(gate))).toEqual([]);
  });
});
