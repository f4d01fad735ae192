import { afterEach, describe, expect, it } from '@jest/globals';
import { countRequests } from '../../../activities/gates/count-requests.ts';
import {
  requests,
  startPrometheus,
  type Answer,
  type Asked,
  type FakePrometheus,
} from './fake-prometheus.ts';

const v3 = { host: 'reviews', subset: 'v3', labels: { version: 'v3' } };

let server: FakePrometheus | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function sourceOf(answer: (asked: Asked) => Answer) {
  server = await startPrometheus(answer);
  return { prometheus: server.spec, namespace: 'default', signal: new AbortController().signal };
}

describe('the requests of a stage', () => {
  it('are those of each target once, from the beginning to the end', async () => {
    const source = await sourceOf(({ query }) =>
      requests({ '200': query.includes('"v3"') ? 40.4 : 2.2, '500': 1 }),
    );
    const targets = [v3, v3, { ...v3, subset: 'v2', labels: { version: 'v2' } }];
    await expect(countRequests(source, targets, 1_000, 21_500)).resolves.toBe(45);
    expect(server?.asked).toHaveLength(2);
    expect(server?.asked[0]).toMatchObject({ query: expect.stringContaining('[20s500ms]'), at: 21_500 });
  });

  it('are not known when Prometheus does not say', async () => {
    const source = await sourceOf(() => []);
    await expect(countRequests(source, [v3], 0, 1_000)).resolves.toBeNull();
    await expect(countRequests(source, [], 0, 1_000)).resolves.toBeNull();
    await expect(countRequests(source, [v3], 1_000, 1_000)).resolves.toBeNull();
  });
});
