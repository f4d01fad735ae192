import { afterEach, describe, expect, it } from '@jest/globals';
import { clientFor } from '../../../activities/kubernetes/index.ts';
import { asActivity } from '../support/activity.ts';
import { discovery, startApiServer, statusBody, type Answer } from '../support/api-server.ts';

let server: Awaited<ReturnType<typeof startApiServer>> | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function clusterThat(answer: Answer) {
  server = await startApiServer((request) => {
    const found = request.method === 'GET' ? discovery(request.path) : null;
    return found === null ? answer(request) : { code: 200, body: found };
  });
  return {
    received: server.received,
    client: clientFor({ name: 'test', kubeconfig: server.kubeconfig, context: null }),
  };
}

const configMap = { apiVersion: 'v1', kind: 'ConfigMap', name: 'settings', namespace: 'shop' };
const notFound: Answer = () => ({
  code: 404,
  body: statusBody('NotFound', 'configmaps "settings" not found'),
});

describe('the client of a cluster', () => {
  it('reads an object with the credentials of its kubeconfig', async () => {
    const { client, received } = await clusterThat(() => ({
      code: 200,
      body: { metadata: { name: 'settings' } },
    }));
    await expect(asActivity(() => client.read(configMap))).resolves.toEqual({
      metadata: { name: 'settings' },
    });
    expect(received.at(-1)?.path).toBe('/api/v1/namespaces/shop/configmaps/settings');
    expect(received.at(-1)?.authorization).toBe('Bearer secret-token');
  });

  it('answers null for an object that is not there, and for a kind that nothing defines', async () => {
    const { client } = await clusterThat(notFound);
    await expect(asActivity(() => client.read(configMap))).resolves.toBeNull();
    const gateway = { ...configMap, apiVersion: 'networking.istio.io/v1', kind: 'Gateway' };
    await expect(asActivity(() => client.read(gateway))).resolves.toBeNull();
    await expect(asActivity(() => client.remove(gateway))).resolves.toBe(false);
  });

  it('asks discovery once for a kind', async () => {
    const { client, received } = await clusterThat(notFound);
    await asActivity(() => client.read(configMap));
    await asActivity(() => client.read(configMap));
    expect(received.filter(({ path }) => path === '/api/v1')).toHaveLength(1);
  });

  it('names a kind that cannot be applied since nothing defines it, and lets it be tried again', async () => {
    const { client } = await clusterThat(notFound);
    const object = {
      apiVersion: 'networking.istio.io/v1',
      kind: 'Gateway',
      metadata: { name: 'g', namespace: 'shop' },
    };
    await expect(asActivity(() => client.apply(object))).rejects.toMatchObject({
      type: 'UnknownKind',
      nonRetryable: false,
      message: expect.stringContaining('Gateway of networking.istio.io/v1'),
    });
  });

  it('applies on the server as field manager sluice, every field as given', async () => {
    const { client, received } = await clusterThat(({ body }) => ({ code: 200, body }));
    const object = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings', namespace: 'shop' },
      fieldOfTomorrow: { a: 1 },
    };
    await expect(asActivity(() => client.apply(object))).resolves.toEqual(object);
    const sent = received.at(-1);
    expect(sent?.method).toBe('PATCH');
    expect(sent?.contentType).toBe('application/apply-patch+yaml');
    expect(sent?.query).toEqual({ fieldManager: 'sluice', force: 'true' });
    expect(JSON.parse(sent?.body ?? '')).toEqual(object);
  });

  it('asks what an apply would make of an object, and changes nothing', async () => {
    const { client, received } = await clusterThat(({ body }) => ({ code: 200, body }));
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'shop' } };
    await expect(asActivity(() => client.preview(object, 'sluice-application'))).resolves.toEqual(object);
    expect(received.at(-1)?.query).toEqual({
      fieldManager: 'sluice-application',
      force: 'true',
      dryRun: 'All',
    });
  });

  it('gives the items of a list the kind that the list has', async () => {
    const { client, received } = await clusterThat(() => ({
      code: 200,
      body: { items: [{ metadata: { name: 'a' } }] },
    }));
    const options = { namespace: 'shop', labelSelector: 'app=reviews' };
    await expect(asActivity(() => client.list('v1', 'Pod', options))).resolves.toEqual([
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } },
    ]);
    expect(received.at(-1)?.path).toBe('/api/v1/namespaces/shop/pods');
    expect(received.at(-1)?.query).toEqual({ labelSelector: 'app=reviews' });
  });

  it('says whether there was something to delete', async () => {
    const { client, received } = await clusterThat(() => ({ code: 200, body: {} }));
    await expect(asActivity(() => client.remove(configMap, { propagation: 'Foreground' }))).resolves.toBe(
      true,
    );
    expect(JSON.parse(received.at(-1)?.body ?? '')).toEqual({ propagationPolicy: 'Foreground' });
  });

  it('has a server that is away be tried again, with its address and the reason', async () => {
    const { client } = await clusterThat(notFound);
    await server?.close();
    const { port } = server ?? {};
    server = undefined;
    await expect(asActivity(() => client.version())).rejects.toMatchObject({
      nonRetryable: false,
      message: expect.stringMatching(new RegExp(`127.0.0.1:${port}.*ECONNREFUSED`)),
    });
  });

  it('is the same for the same kubeconfig, another for another context', async () => {
    const { client } = await clusterThat(notFound);
    const kubeconfig = server?.kubeconfig ?? '';
    expect(clientFor({ name: 'test', kubeconfig, context: null })).toBe(client);
    expect(clientFor({ name: 'test', kubeconfig, context: 'other' })).not.toBe(client);
  });
});
