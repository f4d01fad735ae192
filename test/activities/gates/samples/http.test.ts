import { afterEach, describe, expect, it } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import { sampleHttp } from '../../../../activities/gates/samples/http.ts';
import type { HttpGateSpec } from '../../../../domain/spec/document.ts';
import { startReceiver, type Receiver } from '../../support/receiver.ts';
import { sampled } from './fixtures.ts';

const v3 = { host: 'reviews', subset: 'v3', labels: { version: 'v3' } };
const weights = { reviews: { v2: 90, v3: 10 } };

let server: Receiver | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

const noPods = { since: 0, podsOf: () => Promise.resolve(null), counted: () => [] };

async function sampleOf(
  answer: (response: ServerResponse) => void,
  { timeout = 1_000, signal = new AbortController().signal } = {},
) {
  server = await startReceiver(answer);
  const url = `${server.address}/verdict?token=secret`;
  const gate: HttpGateSpec = { ...sampled, name: 'hook', window: 0, kind: 'http', url, timeout };
  const source = {
    prometheus: null,
    namespace: 'shop',
    rollout: 'w',
    stage: 'canary',
    weights,
    ...noPods,
    signal,
  };
  return sampleHttp(source, gate, v3);
}

function says(status: number, body: unknown, headers: Record<string, string> = {}) {
  return (response: ServerResponse) => {
    response.writeHead(status, headers);
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

describe('a hook', () => {
  it('is told whom it is asked about', async () => {
    await sampleOf(says(204, ''));
    expect(server?.received).toEqual([
      {
        method: 'POST',
        path: '/verdict?token=secret',
        contentType: 'application/json',
        body: {
          rollout: 'w',
          stage: 'canary',
          gate: 'hook',
          namespace: 'shop',
          host: 'reviews',
          subset: 'v3',
          weights,
        },
      },
    ]);
  });

  it.each(['pass', 'fail', 'inconclusive'] as const)(
    'that says %s decides, whatever its status',
    async (verdict) => {
      for (const status of [200, 302, 404, 500]) {
        const said = says(status, { verdict, reason: 'because', value: 0.25, more: 'ignored' });
        await expect(sampleOf(said)).resolves.toEqual({
          verdict,
          value: 0.25,
          requests: null,
          reason: 'because',
        });
        await server?.close();
      }
    },
  );

  it('needs no reason and no value', async () => {
    await expect(sampleOf(says(200, { verdict: 'fail', reason: null }))).resolves.toMatchObject({
      verdict: 'fail',
      value: null,
      reason: expect.stringMatching(/\/verdict says fail$/),
    });
  });

  it.each([
    ['text', 'ok'],
    ['nothing', ''],
    ['JSON without a verdict', { status: 'up' }],
    ['JSON that is no object', '"pass"'],
  ])('that answers 2xx with %s passes', async (_, body) => {
    await expect(sampleOf(says(201, body))).resolves.toMatchObject({
      verdict: 'pass',
      reason: expect.stringMatching(/answers 201$/),
    });
  });

  it.each([301, 404, 500])('that answers %p without a verdict is an error', async (status) => {
    await expect(sampleOf(says(status, 'ok'))).resolves.toMatchObject({
      verdict: 'error',
      value: null,
      reason: expect.stringMatching(new RegExp(`/verdict answers ${status} without a verdict$`)),
    });
  });

  it.each([
    ['verdict', { verdict: 'ok' }],
    ['verdict', { verdict: null }],
    ['reason', { verdict: 'pass', reason: 1 }],
    ['value', { verdict: 'pass', value: '1' }],
  ])('with a wrong %s is an error, also when it answers 200', async (field, body) => {
    await expect(sampleOf(says(200, body))).resolves.toMatchObject({
      verdict: 'error',
      reason: expect.stringContaining(`answers with a wrong ${field}: `),
    });
  });
});

describe('a hook is not trusted', () => {
  it('to lead elsewhere', async () => {
    const elsewhere = await startReceiver(says(200, { verdict: 'pass' }));
    try {
      const redirect = says(307, '', { location: elsewhere.address });
      await expect(sampleOf(redirect)).resolves.toMatchObject({ verdict: 'error' });
      expect(elsewhere.received).toEqual([]);
    } finally {
      await elsewhere.close();
    }
  });

  it('to be brief', async () => {
    const padding = 'x'.repeat(64 * 1024);
    await expect(sampleOf(says(200, { verdict: 'pass', padding }))).resolves.toMatchObject({
      verdict: 'error',
      reason: expect.stringContaining('answers with more than 65536 bytes'),
    });
    await server?.close();
    const { reason } = await sampleOf(says(200, { verdict: 'fail', reason: padding.slice(0, 5_000) }));
    expect(reason).toHaveLength(500);
  });

  it('to answer in time, nor at all', async () => {
    await expect(sampleOf(() => undefined, { timeout: 50 })).resolves.toMatchObject({
      verdict: 'error',
      reason: expect.stringMatching(/\/verdict does not answer: nothing came within 50ms$/),
    });
    await server?.close();
    await expect(sampleOf((response) => response.destroy())).resolves.toMatchObject({ verdict: 'error' });
  });

  it('with the query of its own address: reasons do not repeat it', async () => {
    const { reason } = await sampleOf(says(500, 'no'));
    expect(reason).not.toContain('secret');
  });

  it('to keep the watch when it is over', async () => {
    const over = new AbortController();
    setTimeout(() => over.abort(new Error('over')), 20);
    await expect(sampleOf(() => undefined, { signal: over.signal, timeout: 10_000 })).rejects.toThrow('over');
  });
});
