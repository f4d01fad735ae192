import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { kubeconfigFiles, kubeconfigVersion, loadKubeConfig } from '../../access/kubeconfig.ts';
import { loadKubeConfig as loadInActivity } from '../../activities/kubernetes/kubeconfig.ts';

let directory: string;
let kubeconfig: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-test-'));
  kubeconfig = join(directory, 'config');
  const context = (name: string) => ({ name, context: { cluster: 'c', user: 'u' } });
  await writeFile(
    kubeconfig,
    JSON.stringify({
      'current-context': 'blue',
      clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
      users: [{ name: 'u', user: {} }],
      contexts: [context('blue'), context('green')],
    }),
  );
});

afterEach(() => rm(directory, { recursive: true }));

describe('a kubeconfig', () => {
  it('gives its current context, or the one that is named', () => {
    expect(loadKubeConfig({ kubeconfig, context: null }).getCurrentContext()).toBe('blue');
    expect(loadKubeConfig({ kubeconfig, context: 'green' }).getCurrentContext()).toBe('green');
  });

  it('without the context is refused, with those that there are', () => {
    expect(() => loadKubeConfig({ kubeconfig, context: 'red' })).toThrow(
      expect.objectContaining({
        message: `no context "red" in kubeconfig ${kubeconfig}; it has blue, green`,
      }),
    );
  });

  it.each(['', 'contexts: [', '"just text"'])('that holds %j is refused, and named', async (text) => {
    await writeFile(kubeconfig, text);
    expect(() => loadKubeConfig({ kubeconfig, context: null })).toThrow(
      expect.objectContaining({ message: expect.stringContaining(kubeconfig) }),
    );
  });

  it('that is not there is refused, and named', () => {
    const missing = join(directory, 'missing');
    expect(() => loadKubeConfig({ kubeconfig: missing, context: null })).toThrow(
      expect.objectContaining({ message: expect.stringContaining(missing) }),
    );
  });

  it('that leads nowhere is no target for an activity', () => {
    expect(() => loadInActivity({ kubeconfig, context: 'red' })).toThrow(
      expect.objectContaining({
        type: 'InvalidTarget',
        nonRetryable: true,
        message: `no context "red" in kubeconfig ${kubeconfig}; it has blue, green`,
      }),
    );
  });

  it('changes its version when the file is written again', async () => {
    const before = kubeconfigVersion({ kubeconfig, context: null });
    expect(kubeconfigVersion({ kubeconfig, context: null })).toBe(before);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await writeFile(kubeconfig, '');
    expect(kubeconfigVersion({ kubeconfig, context: null })).not.toBe(before);
  });

  it('is looked for as kubectl does', () => {
    expect(kubeconfigFiles({ kubeconfig: '/a', context: null }, { KUBECONFIG: '/b' })).toEqual(['/a']);
    expect(kubeconfigFiles({ kubeconfig: null, context: null }, { KUBECONFIG: '/b:/c' })).toEqual([
      '/b',
      '/c',
    ]);
    expect(kubeconfigFiles({ kubeconfig: null, context: null }, {})[0]).toMatch(/\.kube\/config$/);
  });
});
