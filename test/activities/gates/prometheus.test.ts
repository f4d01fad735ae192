import { afterEach, describe, expect, it } from '@jest/globals';
import { queryInstant } from '../../../activities/gates/prometheus.ts';
import { result, startPrometheus, type Answer, type FakePrometheus } from './fake-prometheus.ts';

let server: FakePrometheus | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function ask(
  answer: Answer,
  { path = '', timeout = 1_000, signal = new AbortController().signal } = {},
) {
  server = await startPrometheus(() => answer);
  return queryInstant({
    prometheus: { ...server.spec, address: `${server.address}${path}` },
    query: 'up',
    at: 1_234_567,
    signal,
    timeout,
  });
}

describe('an instant query', () => {
  it('is evaluated at the time that is asked for, and gives the series', async () => {
    await expect(ask([[{ job: 'a' }, '3.5']])).resolves.toEqual({
      series: [{ labels: { job: 'a' }, value: 3.5 }],
    });
    expect(server?.asked).toEqual([{ query: 'up', at: 1_234_567 }]);
  });

  it('gives no series where there are none', async () => {
    await expect(ask([])).resolves.toEqual({ series: [] });
  });

  it('keeps the path of an address behind a proxy, and shows an answer that is not of Prometheus', async () => {
    await expect(ask([], { path: '/prom' })).resolves.toMatchObject({
      trouble: expect.stringContaining('answers up with 404: not found'),
    });
  });

  it('says what the server said of a query that it does not understand', async () => {
    const body = JSON.stringify({
      status: 'error',
      errorType: 'bad_data',
      error: 'parse error: unexpected end',
    });
    await expect(ask({ code: 400, body })).resolves.toEqual({
      trouble: expect.stringMatching(/answers up with 400 bad_data: parse error: unexpected end$/),
      refused: true,
    });
  });

  it('does not take a failing server for an answer', async () => {
    await expect(ask({ code: 503, body: 'starting up' })).resolves.toMatchObject({
      trouble: expect.stringMatching(/with 503: starting up$/),
      refused: false,
    });
    await server?.close();
    await expect(ask({ code: 200, body: '<html>' })).resolves.toMatchObject({
      trouble: expect.stringMatching(/with 200: a web page: that is not the API of Prometheus; /),
    });
    await server?.close();
    const matrix = JSON.stringify({ status: 'success', data: { resultType: 'matrix', result: [] } });
    await expect(ask({ code: 200, body: matrix })).resolves.toMatchObject({
      trouble: expect.stringMatching(/a matrix, not a vector$/),
    });
    await server?.close();
    await expect(ask(result('scalar', [0, '1']))).resolves.toMatchObject({
      trouble: expect.stringMatching(/a scalar, not a vector$/),
    });
  });

  it('says that nobody answers', async () => {
    const { spec, close } = await startPrometheus(() => []);
    await close();
    const { signal } = new AbortController();
    await expect(queryInstant({ prometheus: spec, query: 'up', at: 0, signal })).resolves.toMatchObject({
      trouble: expect.stringMatching(/^Prometheus at http.* does not answer up: .*ECONNREFUSED/),
    });
  });

  it('does not wait for ever', async () => {
    await expect(ask('never', { timeout: 50 })).resolves.toMatchObject({
      trouble: expect.stringContaining('does not answer up: nothing came within 50ms'),
    });
  });

  it('says that no Prometheus is known', async () => {
    const { signal } = new AbortController();
    await expect(queryInstant({ prometheus: null, query: 'up', at: 0, signal })).resolves.toMatchObject({
      trouble: expect.stringContaining('spec.metrics.prometheus.address'),
    });
  });

  it('ends at once when it is cancelled', async () => {
    const cancel = new AbortController();
    setTimeout(() => cancel.abort(new Error('cancelled')), 20);
    await expect(ask('never', { signal: cancel.signal, timeout: 10_000 })).rejects.toThrow('cancelled');
  });
});
