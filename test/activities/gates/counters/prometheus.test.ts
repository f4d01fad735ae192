import { afterEach, describe, expect, it } from '@jest/globals';
import { createPrometheusCounters } from '../../../../activities/gates/counters/prometheus.ts';
import { countedOf } from './counted.ts';
import { startPrometheus, type Answer, type Asked, type FakePrometheus } from '../fake-prometheus.ts';

const labels = (version: string, change: Record<string, string> = {}) => ({
  __name__: 'istio_requests_total',
  reporter: 'source',
  destination_service: 'reviews.default.svc.cluster.local',
  destination_version: version,
  response_code: '200',
  instance: '10.0.0.1:15090',
  ...change,
});

let server: FakePrometheus | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function open(answer: (asked: Asked) => Answer, durations = false) {
  server = await startPrometheus(answer);
  const { signal } = new AbortController();
  return createPrometheusCounters({
    prometheus: server.spec,
    ...countedOf(),
    since: 1_700_000_000_123,
    durations,
    now: Date.now,
    signal,
  });
}

describe('the counters of a Prometheus', () => {
  it('are those of each proxy, by version', async () => {
    const source = await open(() => [
      [labels('v1'), '90'],
      [labels('v3', { response_code: '500' }), '4'],
      [labels('v3', { instance: '10.0.0.2:15090' }), '7'],
      [labels('v9'), '7'],
    ]);
    const { proxies, missed, trouble } = await source.read();
    expect({ missed, trouble }).toEqual({ missed: [], trouble: null });
    expect(proxies).toMatchObject([
      {
        proxy: '10.0.0.1:15090',
        isNew: false,
        counters: [
          { kind: 'answers', subset: 'v1', requests: 90, answer: { code: '200' } },
          { kind: 'answers', subset: 'v3', requests: 4, answer: { code: '500' } },
          { subset: '(other pods)', requests: 7 },
        ],
      },
      { proxy: '10.0.0.2:15090', counters: [{ subset: 'v3', requests: 7 }] },
    ]);
  });

  it('are asked for as they were scraped since the weights came, and not before', async () => {
    const source = await open(() => []);
    await source.read();
    const selector =
      'istio_requests_total{reporter="source",destination_service=~"(reviews)\\\\.default\\\\.svc\\\\..+"}';
    expect(server?.asked.map(({ query }) => query)).toEqual([
      expect.stringContaining(`(${selector} and (timestamp(${selector}) >= 1700000000.123))`),
    ]);
  });

  it('have histograms where those are wanted', async () => {
    const source = await open(
      ({ query }) =>
        query.includes('istio_request_duration_milliseconds_bucket')
          ? [
              [labels('v3', { le: '500' }), '3'],
              [labels('v3', { le: '+Inf' }), '4'],
            ]
          : [],
      true,
    );
    const [proxy] = (await source.read()).proxies;
    expect(proxy?.counters).toMatchObject([
      {
        kind: 'durations',
        buckets: [
          { le: 500, count: 3 },
          { le: Infinity, count: 4 },
        ],
      },
    ]);
  });

  it('are in trouble when Prometheus is', async () => {
    const source = await open(() => ({ code: 500, body: 'out of memory' }));
    const { proxies, trouble } = await source.read();
    expect(proxies).toEqual([]);
    expect(trouble).toContain('500: out of memory');
  });
});
