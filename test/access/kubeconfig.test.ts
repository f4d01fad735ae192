import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execa } from 'execa';
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

  it.each([
    '[default]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = s3cret/key',
    'AKIAEXAMPLE:s3cret',
    '- s3cret\n- s3cret',
    'clusters: [{ name: s3cret }]',
    'users: { s3cret: s3cret }',
    's3cret: &a [*a]',
    'a: *s3cret',
    '"s3cret',
    '-----BEGIN PRIVATE KEY-----\ns3cret\n-----END PRIVATE KEY-----',
  ])('never has a word of the file in its message: %j', async (text) => {
    await writeFile(kubeconfig, text);
    expect(() => loadKubeConfig({ kubeconfig, context: null })).toThrow(
      expect.objectContaining({ message: expect.not.stringMatching(/s3cret|AKIA|PRIVATE/) }),
    );
  });

  it.each(['/dev/zero', '/dev/urandom', '/proc/kmsg'])('is not %s', (path) => {
    expect(() => loadKubeConfig({ kubeconfig: path, context: null })).toThrow(
      /it is a device, a pipe or a socket|permission denied|there is no such file|more than \d+ bytes|EAGAIN/,
    );
  });

  it('is no pipe, and nobody waits for its writer', async () => {
    await execa('mkfifo', [`${kubeconfig}.pipe`]);
    expect(() => loadKubeConfig({ kubeconfig: `${kubeconfig}.pipe`, context: null })).toThrow(
      'it is a device, a pipe',
    );
  });

  it.each(['certificate-authority', 'client-certificate', 'client-key'])(
    'has no device for its %s',
    async (field) => {
      const text = await readFile(kubeconfig, 'utf8');
      const place = field === 'certificate-authority' ? '"server"' : '"user":{';
      const given =
        field === 'certificate-authority'
          ? `"${field}":"/dev/zero","server"`
          : `"user":{"${field}":"/dev/zero"`;
      await writeFile(kubeconfig, text.replace(place, given));
      expect(() => loadKubeConfig({ kubeconfig, context: null })).toThrow(
        '/dev/zero cannot be used: it is a device',
      );
    },
  );

  it('has no credentials by what kubectl gave up', async () => {
    const text = await readFile(kubeconfig, 'utf8');
    await writeFile(
      kubeconfig,
      text.replace('"user":{}', '"user":{"auth-provider":{"name":"gcp","config":{}}}'),
    );
    expect(() => loadKubeConfig({ kubeconfig, context: null })).toThrow(
      'auth-provider gcp, which kubectl gave up',
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
