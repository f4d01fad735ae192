import { afterEach, describe, expect, it } from '@jest/globals';
import type { Clients } from '../../../../lab/node/api/clients.ts';
import { workloadEntry } from '../../../../lab/node/mesh/objects.ts';
import { MeshPublisher } from '../../../../lab/node/mesh/publisher.ts';
import { reviewsPod } from '../support/fixtures.ts';
import { until } from '../support/wait.ts';

const object = workloadEntry(reviewsPod(), '127.3.1.7');
const publishers: MeshPublisher[] = [];

afterEach(() => {
  for (const publisher of publishers.splice(0)) publisher.stop();
});

function httpError(code: number): Error {
  return Object.assign(new Error(`HTTP ${code}`), { code });
}

/** An API that keeps objects by name, and fails while `broken` holds a status. */
function fakeApi() {
  const api = { stored: new Map<string, unknown>(), broken: undefined as number | undefined, calls: 0 };
  const answer = <T>(action: () => T): Promise<T> => {
    api.calls++;
    return api.broken === undefined ? Promise.resolve(action()) : Promise.reject(httpError(api.broken));
  };
  const custom = {
    patchNamespacedCustomObject: ({ name, body }: { name: string; body: unknown }) =>
      answer(() => void api.stored.set(name, body)),
    deleteNamespacedCustomObject: ({ name }: { name: string }) =>
      api.stored.has(name) ? answer(() => api.stored.delete(name)) : Promise.reject(httpError(404)),
    listClusterCustomObject: () => answer(() => ({ items: [...api.stored.values()] })),
  };
  const logged: string[] = [];
  const clients = { custom } as unknown as Clients;
  const publisher = new MeshPublisher(clients, (line) => void logged.push(line));
  publishers.push(publisher);
  return { api, publisher, logged };
}

describe('the publisher', () => {
  it('writes and removes', async () => {
    const { api, publisher } = fakeApi();
    await publisher.put(object);
    expect([...api.stored.values()]).toEqual([object]);
    await publisher.remove(object);
    expect(api.stored.size).toBe(0);
  });

  it('takes an object that is gone for removed', async () => {
    const { publisher } = fakeApi();
    await expect(publisher.remove(object)).resolves.toBeUndefined();
  });

  it.each([404, 500])('tries again, quietly, while the API answers %d', async (code) => {
    const { api, publisher, logged } = fakeApi();
    api.broken = code;
    const written = publisher.put(object);
    await until('second try', () => api.calls >= 2);
    api.broken = undefined;
    await written;
    expect(api.stored.size).toBe(1);
    expect(logged).toEqual([]);
  });

  it('gives up a write that is no longer wanted', async () => {
    const { api, publisher } = fakeApi();
    api.broken = 500;
    const written = publisher.put(object);
    await until('a try', () => api.calls >= 1);
    await Promise.all([written, publisher.remove(object)]);
    expect(api.stored.size).toBe(0);
  });

  it('writes anew what somebody else removed', async () => {
    const { api, publisher } = fakeApi();
    await publisher.put(object);
    api.stored.clear();
    await publisher.reassert();
    expect(api.stored.size).toBe(1);
  });

  it('does not write anew what it removed itself', async () => {
    const { api, publisher } = fakeApi();
    await publisher.put(object);
    await publisher.remove(object);
    await publisher.reassert();
    expect(api.stored.size).toBe(0);
  });
});
