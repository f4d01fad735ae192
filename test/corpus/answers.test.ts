/** What APIs answer when they are broken, old, or somebody else: none of it crashes what reads it. */
import { describe, expect, it } from '@jest/globals';
import { awsFailure } from '../../activities/aws/failure.ts';
import { parseTextFormat } from '../../activities/proxies/text-format.ts';
import { readAnswer, type Result } from '../../activities/gates/prometheus-answer.ts';
import { clusterLack } from '../../activities/traffic/observe/cluster-dump.ts';
import { readConfigs } from '../../activities/proxies/config-dump.ts';
import { readRoutes, subsetRoutes } from '../../activities/traffic/observe/route-dump.ts';
import { endingOf } from '../../client/connection/ending.ts';
import { grpcCode, grpcDetails, isPassing } from '../../client/connection/grpc-errors.ts';

/** Bodies that any HTTP server may send. */
const bodies = [
  '',
  ' ',
  'null',
  'true',
  '0',
  '"text"',
  '[]',
  '{}',
  '[null]',
  '{"status":null}',
  '{',
  '<html><body>502 Bad Gateway</body></html>',
  'upstream connect error or disconnect/reset before headers',
  '\u0000\u0001\u0002',
  '\ufeff{}',
  '{"__proto__":{"status":"success"}}',
  `{"message":${JSON.stringify('x'.repeat(100_000))}}`,
];

const results = [
  '{"status":"success"}',
  '{"status":"success","data":null}',
  '{"status":"success","data":[]}',
  '{"status":"success","data":{"resultType":"vector"}}',
  '{"status":"success","data":{"resultType":"vector","result":"x"}}',
  '{"status":"success","data":{"resultType":"vector","result":{}}}',
  '{"status":"success","data":{"resultType":"vector","result":[null]}}',
  '{"status":"success","data":{"resultType":"vector","result":[{"value":[1]}]}}',
  '{"status":"success","data":{"resultType":"vector","result":[{"value":"1"}]}}',
  '{"status":"success","data":{"resultType":"vector","result":[{"metric":{"a":1},"value":[1,"2"]}]}}',
  '{"status":"success","data":{"resultType":"vector","result":[{"value":[1,2]}]}}',
  '{"status":"success","data":{"resultType":"scalar","result":[]}}',
  '{"status":"success","data":{"resultType":"scalar","result":[1,null]}}',
  '{"status":"success","data":{"resultType":7,"result":[]}}',
  '{"status":"error","error":{"a":1}}',
  '{"status":["success"]}',
];

describe('an answer of Prometheus', () => {
  it.each([...bodies, ...results].map((text) => [text.slice(0, 120), text]))(
    '%j has no number',
    (_, text) => {
      const result = readAnswer(
        'Prometheus answers',
        { status: 200, contentType: '', location: null, text },
        null,
      );
      expect(numbersOf(result)).toEqual([]);
    },
  );
});

const dumps = [
  'null',
  '{}',
  '{"configs":null}',
  '{"configs":"x"}',
  '{"configs":[null]}',
  '{"configs":[1,"x",[]]}',
  '{"configs":[{"route_config":null}]}',
  '{"configs":[{"route_config":{"virtual_hosts":{}}}]}',
  '{"configs":[{"route_config":{"virtual_hosts":[null]}}]}',
  '{"configs":[{"route_config":{"virtual_hosts":[{"name":7,"domains":"x","routes":{}}]}}]}',
  '{"configs":[{"route_config":{"virtual_hosts":[{"name":"reviews.default","routes":[null]}]}}]}',
  '{"configs":[{"route_config":{"virtual_hosts":[{"routes":[{"route":{"weighted_clusters":{"clusters":[null]}}}]}]}}]}',
  '{"configs":[{"cluster":null},{"cluster":{"name":5}}]}',
];

describe('a dump of Envoy', () => {
  const wanted = {
    namespace: 'default',
    sources: {
      reviews: [
        { origin: { namespace: 'default', name: 'reviews' }, splits: [{ split: { v1: 100 }, always: true }] },
      ],
    },
  };
  const services = [{ host: 'reviews', subsets: [{ name: 'v1', labels: {} }], stable: 'v1' }];
  const subsets = { host: 'reviews', namespace: 'default', subsets: ['v1'] };

  it.each([...bodies, ...dumps])('%j is told, or has no route of ours', (text) => {
    const read = () => {
      const configs = readConfigs(text);
      return [
        readRoutes(configs, wanted),
        subsetRoutes(configs, subsets),
        clusterLack(configs, services, 'default'),
      ];
    };
    expect(outcomeOf(read)).toMatch(/^(no configuration of Envoy|\[)/);
  });
});

describe('counters of Envoy', () => {
  it.each([
    ...bodies.filter((text) => text.trim() !== ''),
    'istio_requests_total{',
    'istio_requests_total{a=b} 1',
    'istio_requests_total{a="b} 1',
    'istio_requests_total',
    'istio_requests_total one',
    'istio_requests_total{a="b"} 1 2 3',
    '{a="b"} 1',
  ])('as %j are no reading', (text) => {
    expect(() => parseTextFormat(text)).toThrow(/is no sample in Prometheus' text format/);
  });
});

const thrown = [
  undefined,
  null,
  'text',
  7,
  {},
  new Error(''),
  new TypeError('x is not a function'),
  Object.assign(new Error('x'), { name: '' }),
  Object.assign(new Error('x'), { name: 'NewExceptionOf2031' }),
  Object.assign(new Error('x'), { $metadata: null, code: {} }),
  Object.assign(new Error('x'), { code: '14', details: 7 }),
];

describe('whatever is thrown', () => {
  it.each(thrown)('by AWS, as %p, is a failure that says what was being done', (error) => {
    const failure = awsFailure('create the stack', error);
    expect(failure.message).toMatch(/^cannot create the stack: /);
    expect(failure.type).toBeTruthy();
  });

  it.each(thrown)('by the Temporal client, as %p, is no answer and is told', (error) => {
    expect([grpcCode(error), isPassing(error)]).toEqual([null, false]);
    expect(typeof grpcDetails(error)).toBe('string');
    expect(endingOf(new Error('failed', { cause: error }) as never)).toMatchObject({ kind: 'failed' });
  });
});

function outcomeOf(read: () => unknown): string {
  try {
    return JSON.stringify(read());
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What a judge would take for a measurement. */
function numbersOf(result: Result): number[] {
  if ('trouble' in result || result.type === 'other') return [];
  const values = result.type === 'scalar' ? [result.value] : result.series.map(({ value }) => value);
  return values.filter((value) => !Number.isNaN(value));
}
