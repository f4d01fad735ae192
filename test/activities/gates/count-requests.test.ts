import { afterEach, describe, expect, it } from '@jest/globals';
import { countRequests } from '../../../activities/gates/count-requests.ts';
import {
  calledVersion,
  startPrometheus,
  type Answer,
  type Asked,
  type FakePrometheus,
} from './fake-prometheus.ts';
import { countedOf } from './counters/counted.ts';

const services = countedOf().services();
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
    const source = await sourceOf(() => [
      [{ ...calledVersion('v3'), response_code: '200' }, '40.4'],
      [{ ...calledVersion('v3'), response_code: '500' }, '1'],
      [{ ...calledVersion('v1'), response_code: '200' }, '2.2'],
      [{ ...calledVersion('v9'), response_code: '200' }, '7'],
    ]);
    const targets = [v3, v3, { ...v3, subset: 'v1', labels: { version: 'v1' } }];
    await expect(countRequests(source, services, targets, 1_000, 21_500)).resolves.toBe(44);
    await expect(countRequests(source, services, [v3], 1_000, 21_500)).resolves.toBe(41);
    expect(server?.asked[0]).toMatchObject({ query: expect.stringContaining('[20s500ms]'), at: 21_500 });
  });

  it('are not known when Prometheus does not say', async () => {
    const source = await sourceOf(() => []);
    await expect(countRequests(source, services, [v3], 0, 1_000)).resolves.toBeNull();
    await expect(countRequests(source, services, [], 0, 1_000)).resolves.toBeNull();
    await expect(countRequests(source, services, [v3], 1_000, 1_000)).resolves.toBeNull();
  });
});
