import { describe, expect, it } from '@jest/globals';
import { readCounters } from '../../../../activities/gates/counters/read-counters.ts';
import { parseTextFormat } from '../../../../activities/proxies/text-format.ts';
import { envoyAnswers, envoyDurations, istioAnswers, istioDurations } from './statistics.ts';

const subsets = ['v1', 'v3'].map((subset) => ({ host: 'reviews', subset, labels: { version: subset } }));

const read = (text: string) => readCounters(parseTextFormat(text), { namespace: 'default', subsets });
const answers = (text: string) =>
  read(text).map((counter) => counter.kind === 'answers' && [counter.subset, counter.requests, counter.bad]);

describe('the counters of a proxy', () => {
  it("are Istio's of the calling side, by version", () => {
    const text =
      istioAnswers('v1', 90) +
      istioAnswers('v3', 8) +
      istioAnswers('v3', 2, { response_code: '503' }) +
      istioAnswers('v3', 7, { reporter: 'destination' }) +
      istioAnswers('v9', 7) +
      istioAnswers('v3', 7, { destination_service: 'reviews.other.svc.cluster.local' }) +
      istioAnswers('v3', 7, { destination_service: 'reviews2.default.svc.cluster.local' });
    expect(answers(text)).toEqual([
      ['v1', 90, false],
      ['v3', 8, false],
      ['v3', 2, true],
    ]);
  });

  it("are Envoy's own where Istio counts nothing, by cluster, with and without a semicolon after its name", () => {
    const text =
      envoyAnswers('v1', { '200': 90, '404': 1 }) +
      envoyAnswers('v3', { '200': 8, '500': 2 }).replaceAll('local"', 'local;"') +
      envoyAnswers('', { '200': 5 }) +
      envoyAnswers('v3', { '200': 5 }, 'ratings') +
      'envoy_cluster_external_upstream_rq{envoy_response_code="200",cluster_name="outbound|9080|v1|reviews.default.svc.cluster.local"} 7\n';
    expect(answers(text)).toEqual([
      ['v1', 90, false],
      ['v1', 1, false],
      ['v3', 8, false],
      ['v3', 2, true],
    ]);
  });

  it('are of the Services that versions have, where requests go to these', () => {
    const own = subsets.map((one) => ({ ...one, service: `reviews-${one.subset}` }));
    const counted = { namespace: 'default', subsets: own };
    const requests = (text: string) =>
      readCounters(parseTextFormat(text), counted).map((one) => [one.host, one.subset]);
    const istio = istioAnswers('v3', 8, { destination_service: 'reviews-v3.default.svc.cluster.local' });
    expect(requests(istio + istioAnswers('v1', 90))).toEqual([['reviews', 'v3']]);
    const envoy = envoyAnswers('', { '200': 90 }, 'reviews-v1') + envoyAnswers('v1', { '200': 5 });
    expect(requests(envoy)).toEqual([['reviews', 'v1']]);
  });

  it('count no request twice where both count', () => {
    expect(answers(istioAnswers('v3', 4) + envoyAnswers('v3', { '200': 4 }))).toEqual([['v3', 4, false]]);
  });

  it('take a version that the called proxy did not tell from the canonical revision', () => {
    const refused = { destination_version: 'unknown', response_code: '503', response_flags: 'UF' };
    expect(answers(istioAnswers('v3', 3, refused))).toEqual([['v3', 3, true]]);
    const nobody = { ...refused, destination_canonical_service: 'unknown', response_flags: 'UH' };
    expect(answers(istioAnswers('v3', 3, nobody))).toEqual([]);
  });

  it.each([
    ['0', 'DC', []],
    ['0', '-', []],
    ['0', 'UC', [['v3', 1, true]]],
    ['0', 'DC,UT', [['v3', 1, true]]],
    ['200', 'DC', [['v3', 1, false]]],
    ['499', '-', [['v3', 1, false]]],
    ['599', '-', [['v3', 1, true]]],
  ])('of the code %s with the flags %s are %j', (response_code, response_flags, expected) => {
    expect(answers(istioAnswers('v3', 1, { response_code, response_flags }))).toEqual(expected);
  });

  it('gather the buckets of a histogram', () => {
    const expected = [
      {
        kind: 'durations',
        host: 'reviews',
        subset: 'v3',
        buckets: [
          { le: 500, count: 3 },
          { le: Infinity, count: 4 },
        ],
      },
    ];
    expect(read(istioDurations('v3', { '500': 3, '+Inf': 4 }))).toMatchObject(expected);
    expect(read(envoyDurations('v3', { '500': 3, '+Inf': 4 }))).toMatchObject(expected);
  });

  it('name each series alike in every reading, and apart from the others', () => {
    const text =
      istioAnswers('v3', 1) +
      istioAnswers('v3', 2, { response_code: '500' }) +
      istioDurations('v3', { '5': 1 });
    const names = read(text).map(({ series }) => series);
    expect(new Set(names).size).toBe(3);
    expect(read(text).map(({ series }) => series)).toEqual(names);
  });

  it('leave out what is no number', () => {
    expect(read(envoyAnswers('v3', { '200': NaN }))).toEqual([]);
  });
});
