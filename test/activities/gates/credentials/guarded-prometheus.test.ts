import { request, type IncomingMessage } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { checkPrometheus } from '../../../../activities/gates/preflight/check-prometheus.ts';
import { createPrometheusCounters } from '../../../../activities/gates/counters/prometheus.ts';
import type { GateSpec } from '../../../../domain/spec/document.ts';
import { asActivity } from '../../support/activity.ts';
import { toolTimeout } from '../../../support/tools.ts';
import { eventually, startRealPrometheus, startTarget } from '../real-prometheus.ts';
import { badAnswers } from '../../../support/bad-answers.ts';
import { countedOf } from '../counters/counted.ts';
import { sampled } from '../samples/fixtures.ts';
import { startGuarded } from './guarded-server.ts';

const rate: GateSpec = {
  ...sampled,
  name: 'rate',
  ...badAnswers,
  minRequests: 10,
  kind: 'successRate',
  min: 0.9,
};
const password = 'planted-password';
const authorization = `Basic ${Buffer.from(`sluice:${password}`).toString('base64')}`;
const environment = { ...process.env };

const closing: (() => Promise<void>)[] = [];
let directory = '';
let address = '';

/** What one caller counts, on the two ports that two jobs scrape. */
function metrics(requests: number): string {
  const labels = `reporter="source",destination_service="reviews.default.svc.cluster.local",destination_version="v3"`;
  return `istio_requests_total{${labels},response_code="200"} ${requests}\n`;
}

/** The real Prometheus behind a private CA, basic authentication and a tenant. */
async function start(): Promise<{ address: string; ca: string }> {
  const targets = await Promise.all(
    ['127.0.0.1', '127.0.0.1', '127.0.0.2', '127.0.0.2'].map(async (host, index) =>
      startTarget(host, () => metrics(index < 2 ? 30 : 12)),
    ),
  );
  const addressOf = (index: number) => targets[index]?.address ?? '';
  const prometheus = await startRealPrometheus([
    { job: 'kubernetes-pods', targets: [addressOf(0), addressOf(2)] },
    { job: 'envoy-stats', targets: [addressOf(1), addressOf(3)], labels: { container: 'istio-proxy' } },
  ]);
  const [host = '', port = ''] = prometheus.host.split(':');
  const isKnown = ({ headers }: IncomingMessage) =>
    headers.authorization === authorization && headers['x-scope-orgid'] === 'shop';
  const guarded = await startGuarded((asked, response) => {
    if (!isKnown(asked)) return void response.writeHead(401).end(JSON.stringify(asked.headers));
    request({ host, port, path: asked.url }, (answer) => void answer.pipe(response))
      .on('error', () => response.destroy())
      .end();
  });
  closing.push(guarded.close, prometheus.close, ...targets.map(({ close }) => close));
  return guarded;
}

beforeAll(async () => {
  const { ca, ...guarded } = await start();
  ({ address } = guarded);
  directory = await mkdtemp(join(tmpdir(), 'sluice-guarded-'));
  const file = async (name: string, text: string) => {
    await writeFile(join(directory, name), text);
    return join(directory, name);
  };
  const mine = {
    addresses: [address],
    tls: { ca: { file: await file('ca.crt', ca) } },
    basicAuth: { username: 'sluice', password: { file: await file('password', password) } },
    tenant: 'shop',
  };
  const stranger = { ...mine, tenant: 'other' };
  process.env.SLUICE_PROMETHEUS_CREDENTIALS = await file('credentials.yaml', stringify({ mine, stranger }));
}, toolTimeout);

afterAll(async () => {
  process.env = { ...environment };
  await Promise.all(closing.map(async (close) => close()));
  await rm(directory, { recursive: true, force: true });
});

it('a Prometheus behind authentication, a tenant and a private CA, scraped by two jobs, gives right counts', async () => {
  const prometheus = { address, credentials: 'mine' };
  const { signal } = new AbortController();
  const counters = createPrometheusCounters({
    prometheus,
    ...countedOf(),
    since: 0,
    durations: false,
    now: Date.now,
    signal,
  });
  const reading = await eventually(
    async () => counters.read(),
    ({ proxies }) => proxies.length === 2,
  );
  expect(reading.trouble).toBeNull();
  const counted = reading.proxies.flatMap(({ proxy, counters }) =>
    counters.map((counter) => [proxy, counter.kind === 'answers' ? counter.requests : NaN]),
  );
  expect(counted.sort()).toEqual([
    ['127.0.0.1', 30],
    ['127.0.0.2', 12],
  ]);
  await expect(asActivity(() => checkPrometheus(prometheus, [rate]))).resolves.toEqual([]);
});

it('is told before the first shift if it does not let in, without a word of the secrets', async () => {
  const found = await asActivity(() => checkPrometheus({ address, credentials: 'stranger' }, [rate]));
  expect(found).toMatchObject([{ isProblem: true, text: expect.stringContaining('401') }]);
  expect(found[0]?.text).toContain('it refuses credentials stranger');
  expect(JSON.stringify(found)).not.toMatch(/planted|c2x1aWNl/);
  const dry = await asActivity(() =>
    checkPrometheus({ address, credentials: 'stranger' }, [{ ...rate, dryRun: true }]),
  );
  expect(dry).toMatchObject([{ isProblem: false }]);
});
