import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { countOnce, sumOnce } from '../../../activities/gates/count-once.ts';
import { queryInstant } from '../../../activities/gates/prometheus.ts';
import { countersQuery, metricNames, requestsQuery } from '../../../activities/gates/queries.ts';
import { toolTimeout } from '../../support/tools.ts';
import { eventually, type ScrapeJob, startRealPrometheus, startTarget } from './real-prometheus.ts';

interface Closing {
  readonly close: () => Promise<void>;
}
type Target = Awaited<ReturnType<typeof startTarget>>;

const service = 'reviews.shop.svc.cluster.local';
const opened: Closing[] = [];
const began = Date.now();
let address = '';

/** The series of a caller with a tag of its own; `requests` of each of both values. */
function metrics(set: string, requests: () => number): () => string {
  const labels = `reporter="source",source_workload_namespace="front",destination_service="${service}",destination_version="v3",response_code="200",response_flags="-"`;
  return () =>
    ['a', 'b']
      .map((tag) => `istio_requests_total{${labels},set="${set}",tag="${tag}"} ${requests()}`)
      .join('\n') + '\n';
}

async function target(host: string, set: string, requests: () => number): Promise<Target> {
  const started = await startTarget(host, metrics(set, requests));
  opened.push(started);
  return started;
}

/** Two targets of each of two pods, as on ports 15020 and 15090: the pods have counted 5 + 5 and 20 + 20 requests. */
async function pods(set: string): Promise<{ merged: string[]; envoys: string[] }> {
  const open = async (host: string, requests: number) => (await target(host, set, () => requests)).address;
  return {
    merged: [await open('127.0.0.1', 5), await open('127.0.0.2', 20)],
    envoys: [await open('127.0.0.1', 5), await open('127.0.0.2', 20)],
  };
}

const instance = (replacement: string) => ({ target_label: 'instance', replacement });

async function jobs(): Promise<ScrapeJob[]> {
  const [two, replicas, both, named, federated] = [
    await pods('two-jobs'),
    await pods('replicas'),
    await pods('both'),
    await pods('named'),
    await pods('federated'),
  ];
  const growing = await target('127.0.0.1', 'growing', () => Math.floor((Date.now() - began) / 10));
  const [first = '', second = ''] = named.merged;
  const [third = '', fourth = ''] = named.envoys;
  const [fifth = '', sixth = ''] = federated.merged;
  return [
    { job: 'kubernetes-pods', targets: two.merged, labels: { app: 'web', pod_template_hash: '1' } },
    ...two.envoys.map((envoy, index) => ({
      job: 'envoy-stats',
      targets: [envoy],
      labels: { pod: `web-${index}`, namespace: 'front', container: 'istio-proxy' },
    })),
    ...['0', '1'].map((replica) => ({
      job: 'kubernetes-pods',
      targets: replicas.merged,
      labels: { prometheus_replica: `prometheus-${replica}` },
    })),
    ...['0', '1'].flatMap((replica) => [
      { job: 'kubernetes-pods', targets: both.merged, labels: { replica } },
      { job: 'envoy-stats', targets: both.envoys, labels: { replica, endpoint: 'http-envoy-prom' } },
    ]),
    // Not the address but a collector's name: only the pods are left to tell them.
    { job: 'one', targets: [first], labels: { pod: 'web-0' }, relabel: [instance('collector:8889')] },
    { job: 'one', targets: [second], labels: { pod: 'web-1' }, relabel: [instance('collector:8889')] },
    { job: 'two', targets: [third], labels: { pod_name: 'web-0' }, relabel: [instance('collector:8889')] },
    { job: 'two', targets: [fourth], labels: { pod_name: 'web-1' }, relabel: [instance('collector:8889')] },
    ...[fifth, sixth].map((scraped, index) => ({
      job: 'federate',
      targets: [scraped],
      labels: { exported_instance: `10.0.0.${index}:15020`, pod: 'prometheus-0' },
      relabel: [instance('10.9.9.9:9090')],
    })),
    ...['1', '2'].map((job) => ({ job, targets: [growing.address] })),
  ];
}

beforeAll(async () => {
  const started = await startRealPrometheus(await jobs());
  opened.push(started);
  address = `http://${started.host}`;
}, toolTimeout);

afterAll(async () => {
  await Promise.all(opened.map(async ({ close }) => close()));
});

async function ask(query: string) {
  const { signal } = new AbortController();
  const answer = await queryInstant({
    prometheus: { address, credentials: null },
    query,
    at: Date.now(),
    signal,
  });
  if ('trouble' in answer) throw new Error(answer.trouble);
  return answer.series;
}

const of = (set: string) => `istio_requests_total{set="${set}"}`;

describe('requests are counted once', () => {
  it.each([
    ['two-jobs', 'one of which says the pod', 8],
    ['replicas', 'as a pair of Prometheus scrapes them', 8],
    ['both', 'by two jobs of two replicas', 16],
    ['named', 'where targets are named otherwise than by address', 8],
    ['federated', 'where a federation renamed the labels', 4],
  ])('%s, %s', async (set, _, copies) => {
    const all = await eventually(
      async () => ask(of(set)),
      (series) => series.length === copies,
    );
    expect(all).toHaveLength(copies);
    expect((await ask(sumOnce(of(set), ['response_code'])))[0]).toMatchObject({
      labels: { response_code: '200' },
      value: 50,
    });
    expect((await ask(countOnce(of(set), ['response_code']))).map(({ value }) => value).sort()).toEqual([
      10, 40,
    ]);
  });

  it('by the counters of each proxy, as they were scraped since', async () => {
    const query = (since: number) => countersQuery(metricNames.answers, ['reviews'], 'shop', since);
    const fresh = await ask(query(began));
    const proxies = fresh.map(({ labels: { instance } }) => instance);
    expect(new Set(proxies)).toEqual(
      new Set(['127.0.0.1', '127.0.0.2', 'web-0', 'web-1', '10.0.0.0', '10.0.0.1']),
    );
    expect(fresh[0]?.labels).toMatchObject({ destination_version: 'v3', response_flags: '-' });
    expect(await ask(query(Date.now() + 60_000))).toEqual([]);
  });

  it('in a window', async () => {
    const one =
      'sum by (response_code,response_flags,request_protocol,grpc_response_status) (increase(istio_requests_total{set="growing",job="1"}[10s]))';
    const all = `sum by (response_code,response_flags,request_protocol,grpc_response_status) (${requestsQuery(['reviews'], 'shop', 10_000)})`;
    // Of all sets only this one grows.
    const ratio = await eventually(
      async () => (await ask(`(${all}) / (${one})`))[0]?.value ?? NaN,
      (value) => value > 0.8 && value < 1.5,
    );
    expect(ratio).toBeGreaterThan(0.8);
    expect(ratio).toBeLessThan(1.5);
  });
});
