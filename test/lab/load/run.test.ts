import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { classifyByField } from '../../../lab/load/classify.ts';
import { startLoad } from '../../../lab/load/run.ts';

const servers: Server[] = [];

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/reviews/0`;
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

const classify = classifyByField('podname');
const answerAs = (version: string) => JSON.stringify({ podname: `reviews-${version}-a-b` });

describe('startLoad', () => {
  it('sends at the rate, under the name it was given, and counts by version', async () => {
    const hosts = new Set<string | undefined>();
    const url = await listen((request, response) => {
      hosts.add(request.headers.host);
      response.end(answerAs('v2'));
    });
    const run = startLoad({ url, rate: 100, host: 'reviews:9080', classify });
    await sleep(1_000);
    const summary = await run.stop();
    expect(hosts).toEqual(new Set(['reviews:9080']));
    expect(summary.requests).toBeGreaterThan(90);
    expect(summary.achievedRate).toBeGreaterThan(95);
    expect(summary.achievedRate).toBeLessThan(105);
    expect(summary).toMatchObject({ failed: 0, errors: {}, byVersion: { v2: summary.requests } });
  });

  it('is not delayed by slow answers, and counts the wait', async () => {
    const url = await listen((_, response) => void setTimeout(() => response.end(answerAs('v1')), 400));
    const run = startLoad({ url, rate: 100, classify });
    await sleep(500);
    const summary = await run.stop();
    expect(summary.requests).toBeGreaterThan(45);
    expect(summary.failed).toBe(0);
    expect(summary.latency.p50).toBeGreaterThanOrEqual(399);
  });

  it('counts by the time a request was sent', async () => {
    let version = 'v1';
    const url = await listen((_, response) => response.end(answerAs(version)));
    const sent: number[] = [];
    const run = startLoad({ url, rate: 100, classify, onSample: ({ at }) => sent.push(at) });
    await sleep(200);
    const first = Math.min(...sent);
    version = 'v2';
    const turn = Date.now();
    await sleep(200);
    await run.stop();
    expect(Object.keys(run.counts(0, turn).byVersion)).toContain('v1');
    expect(Object.keys(run.counts(turn + 10, Date.now()).byVersion)).toEqual(['v2']);
    expect(run.counts(0, turn).requests + run.counts(turn, Date.now() + 1).requests).toBe(
      run.counts(0, Number.POSITIVE_INFINITY).requests,
    );
    expect(run.counts(first, first).requests).toBe(0);
    expect(run.counts(first, first + 1).requests).toBe(1);
  });

  it('tells failures apart: status, time, connection', async () => {
    let calls = 0;
    const url = await listen((request, response) => {
      calls += 1;
      if (calls % 3 === 0) response.writeHead(503).end();
      else if (calls % 3 === 1) request.socket.destroy();
      else response.write('{');
    });
    const run = startLoad({ url, rate: 50, classify, timeout: 200 });
    await sleep(300);
    const { errors, failed, requests } = await run.stop();
    expect(failed).toBe(requests);
    expect(Object.keys(errors).sort()).toEqual(['connection UND_ERR_SOCKET', 'status 503', 'timeout']);
  });

  it('says that nobody listens', async () => {
    const url = await listen(() => undefined);
    await new Promise((resolve) => servers.pop()?.close(resolve));
    const run = startLoad({ url, rate: 20, classify });
    await sleep(100);
    expect((await run.stop()).errors).toEqual({ 'connection ECONNREFUSED': expect.any(Number) });
  });

  it('opens no more requests than allowed, and does not hide those it did not send', async () => {
    let open = 0;
    let most = 0;
    const url = await listen((_, response) => {
      most = Math.max(most, (open += 1));
      response.on('close', () => (open -= 1));
      setTimeout(() => response.end(answerAs('v1')), 200);
    });
    const run = startLoad({ url, rate: 100, classify, maxInFlight: 5 });
    await sleep(150);
    const { errors, byVersion, requests } = await run.stop();
    expect(most).toBe(5);
    expect(byVersion).toEqual({ v1: 5 });
    expect(errors).toEqual({ 'too many in flight': requests - 5 });
  });

  it('ends by signal, and gives every request to the listener once', async () => {
    const url = await listen((_, response) => response.end(answerAs('v1')));
    const abort = new AbortController();
    const seen: unknown[] = [];
    const run = startLoad({
      url,
      rate: 100,
      classify,
      signal: abort.signal,
      onSample: (sample) => seen.push(sample),
    });
    await sleep(100);
    abort.abort();
    const abortedAt = Date.now();
    await sleep(100);
    const sent = seen.length;
    await sleep(100);
    const summary = await run.stop();
    expect(seen).toHaveLength(sent);
    expect(summary.requests).toBe(sent);
    expect(await run.stop()).toBe(summary);
    expect(Date.parse(summary.endedAt)).toBeLessThanOrEqual(abortedAt);
  });

  it.each([0, -1, Number.NaN, 100_000])('refuses rate %d', (rate) => {
    expect(() => startLoad({ url: 'http://127.0.0.1:1/', rate })).toThrow(
      `rate is ${rate}: give requests a second, more than 0 and up to 5000`,
    );
  });

  it.each(['', 'productpage', 'ftp://127.0.0.1/'])('refuses url %j', (url) => {
    expect(() => startLoad({ url, rate: 1 })).toThrow(`url '${url}' cannot be called: give one such as`);
  });
});
