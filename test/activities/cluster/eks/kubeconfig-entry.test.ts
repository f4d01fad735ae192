import { beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { forgetCluster, rememberCluster } from '../../../../activities/cluster/eks/kubeconfig-entry.ts';

const shop = { name: 'shop', eks: { region: 'eu-west-1', profile: 'ops' } };
const endpoint = { server: 'https://127.0.0.1:1', certificateAuthority: 'Y2E=' };
const context = 'sluice@shop.eu-west-1.eksctl.io';

const theirs = `apiVersion: v1
kind: Config
preferences: { colors: true }
clusters: [{ name: lab, cluster: { server: 'https://127.0.0.1:2' } }]
users: [{ name: ann, user: { token: t } }]
contexts: [{ name: lab, context: { cluster: lab, user: ann } }]
current-context: lab
`;

describe('a kubeconfig', () => {
  let path: string;
  beforeEach(async () => {
    path = join(await mkdtemp(join(tmpdir(), 'sluice-kubeconfig-')), 'new', 'config');
  });

  const read = async () => parse(await readFile(path, 'utf8')) as Record<string, unknown>;

  it('that is not there is made for its owner alone, with the cluster as its current one', async () => {
    await rememberCluster(path, shop, endpoint);
    expect(await read()).toMatchObject({
      clusters: [{ name: 'shop.eu-west-1.eksctl.io', cluster: { server: endpoint.server } }],
      contexts: [{ name: context }],
      users: [
        {
          name: context,
          user: {
            exec: {
              command: 'aws',
              args: [
                'eks',
                'get-token',
                '--output',
                'json',
                '--cluster-name',
                'shop',
                '--region',
                'eu-west-1',
              ],
              env: [{ name: 'AWS_PROFILE', value: 'ops' }],
            },
          },
        },
      ],
      'current-context': context,
    });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('keeps all else that it says, and has one entry however often it is asked for', async () => {
    await rememberCluster(path, shop, endpoint);
    await writeFile(path, theirs);
    await rememberCluster(path, shop, endpoint);
    await rememberCluster(path, shop, endpoint);
    const config = await read();
    expect(config).toMatchObject({ preferences: { colors: true }, 'current-context': 'lab' });
    expect(config.contexts).toHaveLength(2);
    await forgetCluster(path, shop);
    expect(await read()).toEqual(parse(theirs));
  });

  it('loses no entry when several are written at once', async () => {
    const names = Array.from({ length: 8 }, (_, index) => `shop-${index}`);
    await Promise.all(names.map((name) => rememberCluster(path, { ...shop, name }, endpoint)));
    expect((await read()).contexts).toHaveLength(names.length);
  });

  it.each([
    ['a: [', /cannot take an entry/],
    ['- a', /cannot take an entry: it is no kubeconfig/],
    ['[default]\naws_secret_access_key = s3cret', /^((?!s3cret).)*$/],
  ])('that says %j is left as it is', async (text, message) => {
    await rememberCluster(path, shop, endpoint);
    await writeFile(path, text);
    await expect(rememberCluster(path, shop, endpoint)).rejects.toThrow(message);
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  it('is written by no link that somebody put beside it, and leaves nothing there', async () => {
    await rememberCluster(path, shop, endpoint);
    const victim = join(dirname(path), '..', 'victim');
    await writeFile(victim, 'theirs');
    await symlink(victim, `${path}.sluice`);
    await rememberCluster(path, { ...shop, name: 'other' }, endpoint);
    expect(await readFile(victim, 'utf8')).toBe('theirs');
    expect((await readdir(dirname(path))).sort()).toEqual(['config', 'config.sluice']);
  });

  it('behind a link out of its directory is left alone', async () => {
    const victim = join(dirname(path), '..', 'victim');
    await mkdir(dirname(path));
    await writeFile(victim, theirs);
    await symlink(victim, path);
    await expect(rememberCluster(path, shop, endpoint)).rejects.toThrow(
      'a symbolic link out of its directory',
    );
    expect(await readFile(victim, 'utf8')).toBe(theirs);
  });

  it('that the worker does not accept is not touched', async () => {
    await expect(rememberCluster('/root/.bashrc', shop, endpoint)).rejects.toMatchObject({
      type: 'InvalidTarget',
    });
  });
});
