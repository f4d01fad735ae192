import { describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveServer } from '../../../client/connection/settings.ts';

/** No config file of whoever runs the tests. */
const env = { TEMPORAL_CONFIG_FILE: '/nonexistent/temporal.toml' };

describe('where the server is', () => {
  it('is Temporal’s own default without any word', () => {
    expect(resolveServer({}, env)).toMatchObject({ address: '127.0.0.1:7233', namespace: 'default' });
  });

  it('comes from the environment', () => {
    const settings = resolveServer(
      {},
      { ...env, TEMPORAL_ADDRESS: 'a:1', TEMPORAL_NAMESPACE: 'n', TEMPORAL_API_KEY: 'k' },
    );
    expect(settings).toMatchObject({
      address: 'a:1',
      namespace: 'n',
      connection: { address: 'a:1', apiKey: 'k', tls: true },
    });
  });

  it('comes from the command line before that', () => {
    const settings = resolveServer(
      { address: 'b:2', namespace: 'm', tls: false },
      { ...env, TEMPORAL_ADDRESS: 'a:1', TEMPORAL_TLS: 'true' },
    );
    expect(settings).toMatchObject({
      address: 'b:2',
      namespace: 'm',
      connection: { address: 'b:2', tls: false },
    });
  });

  it('an API key goes over TLS unless that is turned off', () => {
    expect(resolveServer({ apiKey: 'k' }, env).connection).toMatchObject({ apiKey: 'k', tls: true });
    expect(resolveServer({ apiKey: 'k', tls: false }, env).connection).toMatchObject({
      apiKey: 'k',
      tls: false,
    });
  });

  it('comes from a profile of the config file', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sluice-'));
    const configFile = join(directory, 'temporal.toml');
    await writeFile(configFile, '[profile.prod]\naddress = "prod:7233"\nnamespace = "live"\n');
    expect(resolveServer({ profile: 'prod', configFile }, {})).toMatchObject({
      address: 'prod:7233',
      namespace: 'live',
    });
    expect(() => resolveServer({ profile: 'prd', configFile }, {})).toThrow(
      'the configuration of Temporal cannot be used: ',
    );
    await rm(directory, { recursive: true });
  });
});
