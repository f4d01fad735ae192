import { describe, expect, it } from '@jest/globals';
import { readCounters } from '../../../../activities/gates/counters/read-counters.ts';
import type { Pod } from '../../../../activities/kubernetes/index.ts';
import { parseTextFormat } from '../../../../activities/proxies/text-format.ts';
import type { ServiceSpec } from '../../../../domain/spec/document.ts';
import { pod } from '../../support/objects.ts';
import { countedOf, reviewsOf } from './counted.ts';
import { answersOf, durationsOf, istioAnswers, istioDurations } from './statistics.ts';

const read = (text: string, counted = countedOf()) => readCounters(parseTextFormat(text), counted);
const answers = (text: string, counted = countedOf()) =>
  read(text, counted).map((counter) => counter.kind === 'answers' && [counter.subset, counter.requests]);

/** What Istio says of a request whose called side told nothing. */
const unknown = {
  destination_workload: 'unknown',
  destination_version: 'unknown',
  destination_canonical_service: 'unknown',
  destination_canonical_revision: 'latest',
  response_code: '503',
};

describe('the counters of a proxy', () => {
  it("are Istio's of the calling side, by version", () => {
    const text =
      istioAnswers('v1', 90) +
      istioAnswers('v3', 8) +
      istioAnswers('v3', 7, { reporter: 'destination' }) +
      istioAnswers('v3', 7, { destination_service: 'reviews.other.svc.cluster.local' }) +
      istioAnswers('v3', 7, { destination_service: 'reviews2.default.svc.cluster.local' });
    expect(answers(text)).toEqual([
      ['v1', 90],
      ['v3', 8],
    ]);
  });

  it('are of pods of no subset too, apart from those whose version is not known', () => {
    expect(answers(istioAnswers('v9', 7))).toEqual([['(other pods)', 7]]);
    expect(answers(istioAnswers('v3', 7, unknown))).toEqual([[null, 7]]);
  });

  it('tell how requests ended', () => {
    const call = { request_protocol: 'grpc', grpc_response_status: '14', response_flags: 'UF,URX' };
    expect(read(istioAnswers('v3', 1, call))).toMatchObject([
      { answer: { code: '200', flags: ['UF', 'URX'], status: 14 } },
    ]);
    expect(read(istioAnswers('v3', 1, { grpc_response_status: '' }))).toMatchObject([
      { answer: { code: '200', flags: [], status: null } },
    ]);
  });

  it('are of the Services that versions have, where requests go to these', () => {
    const counted = countedOf(reviewsOf({ service: true }));
    const istio = istioAnswers('v3', 8, {
      ...unknown,
      destination_service: 'reviews-v3.default.svc.cluster.local',
    });
    expect(answers(istio, counted)).toEqual([['v3', 8]]);
  });

  it('are of a request that led to no cluster, by the name that it gave in the namespace', () => {
    const given = (destination_service: string, source_workload_namespace = 'default') =>
      answers(
        istioAnswers('v3', 1, {
          ...unknown,
          response_flags: 'NC',
          destination_service,
          source_workload_namespace,
        }),
      );
    expect(given('reviews:9080')).toEqual([[null, 1]]);
    expect(given('reviews.default:9080', 'shop')).toEqual([[null, 1]]);
    expect(given('reviews:9080', 'shop')).toEqual([]);
  });

  it('are of the subset that a tag of the mesh names', () => {
    const tag = { ...unknown, upstream_cluster: 'outbound|9080|v3|reviews.default.svc.cluster.local' };
    expect(answers(istioAnswers('v3', 3, tag))).toEqual([['v3', 3]]);
  });

  it('take a version that the called proxy did not tell from the canonical revision', () => {
    const refused = { destination_version: 'unknown', destination_workload: 'unknown', response_flags: 'UF' };
    expect(answers(istioAnswers('v3', 3, refused))).toEqual([['v3', 3]]);
  });

  it('gather the buckets of a histogram', () => {
    expect(read(istioDurations('v3', { '500': 3, '+Inf': 4 }))).toMatchObject([
      {
        kind: 'durations',
        host: 'reviews',
        subset: 'v3',
        buckets: [
          { le: 500, count: 3 },
          { le: Infinity, count: 4 },
        ],
      },
    ]);
  });

  it('name each series alike in every reading, and apart from the others', () => {
    const text = answersOf('v3', { '200': 1, '500': 2 }) + durationsOf('v3', { '5': 1 });
    const names = read(text).map(({ series }) => series);
    expect(new Set(names).size).toBe(3);
    expect(read(text).map(({ series }) => series)).toEqual(names);
  });

  it('leave out what is no number', () => {
    expect(read(answersOf('v3', { '200': NaN }))).toEqual([]);
  });
});

/** A pod of a Deployment with these labels. */
function podOf(workload: string, labels: Record<string, string>): Pod {
  const made = pod(workload, 'default');
  const ownerReferences = [{ kind: 'ReplicaSet', name: `${workload}-5d8f`, controller: true }];
  return {
    ...made,
    metadata: { ...made.metadata, labels: { ...labels, 'pod-template-hash': '5d8f' }, ownerReferences },
  };
}

function serviceOf(labels: Record<string, Record<string, string>>): ServiceSpec {
  const subsets = Object.entries(labels).map(([name, own]) => ({ name, labels: own }));
  return { host: 'reviews', subsets, stable: subsets[0]?.name ?? '' };
}

describe('a version without the label version', () => {
  const byTrack = serviceOf({ stable: { track: 'stable' }, canary: { track: 'canary' } });
  const helm = serviceOf({
    old: { 'app.kubernetes.io/version': '1.7.0' },
    new: { 'app.kubernetes.io/version': '1.8.0' },
  });

  it('is known by the workload of its pods', () => {
    const pods = [podOf('reviews', { track: 'stable' }), podOf('reviews-canary', { track: 'canary' })];
    const counted = countedOf(byTrack, pods);
    const from = (destination_workload: string) =>
      istioAnswers('v3', 1, { ...unknown, destination_workload, response_code: '200' });
    expect(answers(from('reviews') + from('reviews-canary') + from('reviews-old'), counted)).toEqual([
      ['stable', 1],
      ['canary', 1],
      [null, 1],
    ]);
  });

  it('is known by its canonical revision, also where its pods never answered', () => {
    const refused = { ...unknown, destination_canonical_service: 'reviews', response_flags: 'UF' };
    const from = (destination_canonical_revision: string) =>
      istioAnswers('v3', 1, { ...refused, destination_canonical_revision });
    expect(answers(from('1.7.0') + from('1.8.0'), countedOf(helm))).toEqual([
      ['old', 1],
      ['new', 1],
    ]);
  });

  it('is not guessed where several would fit', () => {
    const pods = [podOf('reviews', { track: 'stable' }), podOf('reviews', { track: 'canary' })];
    expect(
      answers(
        istioAnswers('v3', 1, { ...unknown, destination_workload: 'reviews' }),
        countedOf(byTrack, pods),
      ),
    ).toEqual([[null, 1]]);
  });
});
