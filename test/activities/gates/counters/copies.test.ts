import { describe, expect, it } from '@jest/globals';
import { readCopies, withoutCopied } from '../../../../activities/gates/counters/copies.ts';
import { createDifferences } from '../../../../activities/gates/counters/differences.ts';
import { tallyAnswers } from '../../../../activities/gates/counters/tally.ts';
import { readEndpoints } from '../../../../activities/proxies/endpoints.ts';
import { defaultBadCodes, defaultBadStatuses } from '../../../../domain/defaults.ts';

const bad = { codes: defaultBadCodes, statuses: defaultBadStatuses };

function host(address: string, successes: number, errors: number) {
  const stats = [
    { name: 'rq_total', value: `${successes + errors}` },
    ...(successes > 0 ? [{ name: 'rq_success', value: `${successes}` }] : [{ name: 'rq_success' }]),
    { name: 'rq_error', value: `${errors}` },
  ];
  return { address: { socket_address: { address, port_value: 9080 } }, stats };
}

/** What Envoy answers to `clusters?format=json`. */
function clusters(name: string, ...host_statuses: object[]): string {
  return JSON.stringify({
    cluster_statuses: [
      { name, host_statuses },
      {
        name: 'outbound|9080|v1|reviews.default.svc.cluster.local',
        host_statuses: [host('10.0.0.1', 70, 7)],
      },
    ],
  });
}

const v2 = 'outbound|9080|v2|reviews.default.svc.cluster.local';
const counted = (backends: Record<string, string> = {}) => ({
  namespace: 'default',
  services: () => [{ host: 'reviews', identities: [], backends }],
  copied: { reviews: 'v2' },
});

const read = (text: string, backends?: Record<string, string>) =>
  readCopies(readEndpoints(text), counted(backends));

const tally = (counters: ReturnType<typeof read>) =>
  tallyAnswers(counters, { host: 'reviews', subset: 'v2' }, bad);

describe('copies of requests', () => {
  it('are counted by the endpoints of the subset that gets them, and of no other', () => {
    expect(tally(read(clusters(v2, host('10.0.0.2', 5, 2), host('10.0.0.3', 0, 4))))).toEqual({
      good: 5,
      bad: 6,
      unanswered: 0,
    });
  });

  it('are counted by those of the Service that a version has', () => {
    const own = 'outbound|9080||reviews-v2.default.svc.cluster.local';
    expect(tally(read(clusters(own, host('10.0.0.2', 3, 1)), { 'reviews-v2': 'v2' }))).toMatchObject({
      good: 3,
      bad: 1,
    });
  });

  it('are no fewer and no more when a pod goes and another comes', () => {
    const increasesOf = createDifferences();
    const look = (...hosts: object[]) =>
      tally(
        increasesOf({
          proxies: [{ proxy: 'caller', isNew: false, counters: read(clusters(v2, ...hosts)) }],
          missed: [],
          trouble: null,
        }) as ReturnType<typeof read>,
      );
    look(host('10.0.0.2', 50, 5), host('10.0.0.3', 50, 5));
    expect(look(host('10.0.0.3', 51, 5), host('10.0.0.4', 2, 1))).toMatchObject({ good: 3, bad: 1 });
  });

  it('take the place of what Istio’s metrics count of the same subset, such as testers’ requests', () => {
    const answer = { code: '200', flags: [], status: null };
    const counter = (subset: string | null) =>
      ({ kind: 'answers', series: '', host: 'reviews', subset, requests: 1, answer }) as const;
    const left = withoutCopied([counter('v1'), counter('v2'), counter(null)], counted());
    expect(left.map(({ subset }) => subset)).toEqual(['v1', null]);
  });
});
