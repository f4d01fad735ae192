import { describe, expect, it } from '@jest/globals';
import type { EnvVar } from '../../../../lab/node/api/models.ts';
import { expand, resolveEnvironment, type EnvironmentSource } from '../../../../lab/node/pods/environment.ts';
import { container, reviewsPod } from '../support/fixtures.ts';

function notFound(): Promise<never> {
  return Promise.reject(Object.assign(new Error('not found'), { code: 404 }));
}

const core = {
  readNamespacedConfigMap: ({ name }: { name: string }) =>
    name === 'settings' ? Promise.resolve({ data: { level: 'debug' } } as object) : notFound(),
  readNamespacedSecret: ({ name }: { name: string }) =>
    name === 'login'
      ? Promise.resolve({ data: { word: Buffer.from('öpen').toString('base64') } } as object)
      : notFound(),
} as EnvironmentSource['core'];

function resolve(...env: EnvVar[]): Promise<Record<string, string>> {
  const source = { pod: reviewsPod(), address: '127.3.1.7', hostAddress: '127.3.0.1', core };
  return resolveEnvironment(container({ env }), source);
}

const field = (fieldPath: string): EnvVar => ({ name: 'X', valueFrom: { fieldRef: { fieldPath } } });

describe('a container environment', () => {
  it.each([
    ['metadata.name', 'reviews-v1-5d8f-x2k'],
    ['metadata.namespace', 'default'],
    ['metadata.uid', 'uid-1'],
    ["metadata.labels['version']", 'v1'],
    ["metadata.annotations['absent']", ''],
    ['spec.nodeName', 'sluice-lab'],
    ['spec.serviceAccountName', 'bookinfo-reviews'],
    ['status.podIP', '127.3.1.7'],
    ['status.hostIP', '127.3.0.1'],
  ])('takes %s from the pod', async (path, value) => {
    await expect(resolve(field(path))).resolves.toEqual({ X: value });
  });

  it('reads ConfigMaps and Secrets', async () => {
    const env = await resolve(
      { name: 'LEVEL', valueFrom: { configMapKeyRef: { name: 'settings', key: 'level' } } },
      { name: 'WORD', valueFrom: { secretKeyRef: { name: 'login', key: 'word' } } },
    );
    expect(env).toEqual({ LEVEL: 'debug', WORD: 'öpen' });
  });

  it('says which key is missing, unless it is optional', async () => {
    const ref = { name: 'absent', key: 'level' };
    await expect(resolve({ name: 'X', valueFrom: { configMapKeyRef: ref } })).rejects.toThrow(
      "configmap default/absent has no key 'level'",
    );
    await expect(
      resolve({ name: 'X', valueFrom: { secretKeyRef: { ...ref, optional: true } } }),
    ).resolves.toEqual({});
  });

  it('leaves out limits, which processes do not have', async () => {
    const resourceFieldRef = { resource: 'limits.cpu' };
    await expect(resolve({ name: 'GOMAXPROCS', valueFrom: { resourceFieldRef } })).resolves.toEqual({});
  });

  it('expands earlier variables', async () => {
    await expect(resolve({ name: 'A', value: '1' }, { name: 'B', value: '$(A)-$(C)' })).resolves.toEqual({
      A: '1',
      B: '1-$(C)',
    });
    expect(expand('$$(A) $(A)', { A: '1' })).toBe('$(A) 1');
  });
});
