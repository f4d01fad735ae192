import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeCredentialSource } from '../../../activities/aws/credential-source.ts';
import { forgetCredentials, renewableCredentials } from '../../../activities/aws/credentials.ts';

const minute = 60_000;

/** Credentials that are numbered, and how often they were loaded. */
function numbered(lifetime: number | null) {
  let loads = 0;
  const provide = renewableCredentials(null, () => () => {
    loads += 1;
    const expiration = lifetime === null ? {} : { expiration: new Date(Date.now() + lifetime) };
    return Promise.resolve({ accessKeyId: `key-${loads}`, secretAccessKey: 'x', ...expiration });
  });
  return async () => (await provide()).accessKeyId;
}

describe('renewable credentials', () => {
  it.each([null, 60 * minute])('are kept until they are forgotten (lifetime %p)', async (lifetime) => {
    const key = numbered(lifetime);
    expect([await key(), await key()]).toEqual(['key-1', 'key-1']);
    forgetCredentials();
    expect([await key(), await key()]).toEqual(['key-2', 'key-2']);
  });

  it('are read anew shortly before they end', async () => {
    const key = numbered(4 * minute);
    expect([await key(), await key()]).toEqual(['key-1', 'key-2']);
  });

  describe('of a file', () => {
    const { AWS_SHARED_CREDENTIALS_FILE } = process.env;
    let directory = '';
    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), 'sluice-credentials-'));
      process.env.AWS_SHARED_CREDENTIALS_FILE = join(directory, 'credentials');
    });
    afterEach(async () => {
      if (AWS_SHARED_CREDENTIALS_FILE === undefined) delete process.env.AWS_SHARED_CREDENTIALS_FILE;
      else process.env.AWS_SHARED_CREDENTIALS_FILE = AWS_SHARED_CREDENTIALS_FILE;
      await rm(directory, { recursive: true });
    });

    it('are what the file says by then', async () => {
      const write = async (key: string) =>
        await writeFile(
          join(directory, 'credentials'),
          `[ops]\naws_access_key_id = ${key}\naws_secret_access_key = x\naws_session_token = t\n`,
        );
      const provide = renewableCredentials('ops');
      await write('old');
      expect((await provide()).accessKeyId).toBe('old');
      await write('new');
      expect((await provide()).accessKeyId).toBe('old');
      forgetCredentials();
      expect((await provide()).accessKeyId).toBe('new');
    });
  });
});

describe('the source of credentials', () => {
  const files = { AWS_CONFIG_FILE: '/a/config', AWS_SHARED_CREDENTIALS_FILE: '/a/credentials' };

  it.each([
    ['ops', { AWS_PROFILE: 'x' }, 'profile ops of /a/config and /a/credentials'],
    [
      null,
      { AWS_PROFILE: 'x', AWS_ACCESS_KEY_ID: 'k' },
      'profile x (AWS_PROFILE) of /a/config and /a/credentials',
    ],
    [null, { AWS_ACCESS_KEY_ID: 'k' }, "AWS_ACCESS_KEY_ID of the worker's environment"],
    [null, { AWS_WEB_IDENTITY_TOKEN_FILE: '/t', AWS_ROLE_ARN: 'arn' }, 'role arn by the token in /t'],
    [null, { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://c' }, "the container's role (http://c)"],
    [null, {}, "profile default of /a/config and /a/credentials, else the instance's role"],
    [
      'ops',
      { AWS_ENDPOINT_URL: 'http://proxy' },
      'profile ops of /a/config and /a/credentials, endpoint http://proxy',
    ],
  ])('profile %p, %p: %s', (profile, env, words) => {
    expect(describeCredentialSource(profile, { ...files, ...env })).toBe(words);
  });
});
