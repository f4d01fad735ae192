import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readConfig } from '../../worker/config.ts';

let directory = '';
let file = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-worker-'));
  file = join(directory, 'temporal.toml');
  await writeFile(file, '[profile.default]\naddress = "temporal.example:7233"\nnamespace = "delivery"\n');
});
afterAll(() => rm(directory, { recursive: true }));

const none = () => ({ TEMPORAL_CONFIG_FILE: join(directory, 'none.toml') });

describe('readConfig', () => {
  it('works without any setting, on loopback', () => {
    expect(readConfig(none())).toMatchObject({
      connection: { address: '127.0.0.1:7233' },
      namespace: 'default',
      taskQueue: 'sluice',
      maxActivities: 1_200,
      maxCachedWorkflows: 600,
      healthAddress: null,
      metricsAddress: null,
      version: null,
    });
  });

  it('reads the configuration file of the temporal CLI, address and namespace', () => {
    expect(readConfig({ TEMPORAL_CONFIG_FILE: file })).toMatchObject({
      connection: { address: 'temporal.example:7233' },
      namespace: 'delivery',
    });
  });

  it('takes an empty variable for none, as the client does', () => {
    const env = { TEMPORAL_CONFIG_FILE: file, TEMPORAL_ADDRESS: '', TEMPORAL_NAMESPACE: '' };
    expect(readConfig(env)).toMatchObject({
      connection: { address: 'temporal.example:7233' },
      namespace: 'delivery',
    });
    expect(readConfig({ ...none(), TEMPORAL_ADDRESS: '' }).connection.address).toBe('127.0.0.1:7233');
  });

  it('lets variables win over the file', () => {
    const env = { TEMPORAL_CONFIG_FILE: file, TEMPORAL_ADDRESS: 'other:7233', TEMPORAL_NAMESPACE: 'here' };
    expect(readConfig(env)).toMatchObject({ connection: { address: 'other:7233' }, namespace: 'here' });
  });

  it('hands on an API key, which implies TLS', () => {
    const { connection } = readConfig({ ...none(), TEMPORAL_API_KEY: 'key' });
    expect(connection).toMatchObject({ apiKey: 'key', tls: true });
  });

  it('takes an empty variable for none', () => {
    expect(readConfig({ ...none(), SLUICE_TASK_QUEUE: '', SLUICE_MAX_ACTIVITIES: ' ' })).toMatchObject({
      taskQueue: 'sluice',
      maxActivities: 1_200,
    });
  });

  it.each([
    ['127.0.0.1:8081', { host: '127.0.0.1', port: 8081 }],
    ['0.0.0.0:1', { host: '0.0.0.0', port: 1 }],
    ['[::1]:8081', { host: '::1', port: 8081 }],
  ])('listens at %s', (given, address) => {
    const env = { ...none(), SLUICE_HEALTH_ADDRESS: given, SLUICE_METRICS_ADDRESS: given };
    expect(readConfig(env)).toMatchObject({ healthAddress: address, metricsAddress: address });
  });

  it.each(['8081', ':8081', 'localhost:8081', '127.0.0.1', '127.0.0.1:0', '127.0.0.1:70000', '::1:8081'])(
    'refuses %s as an address to listen at, and says what is allowed',
    (given) => {
      expect(() => readConfig({ ...none(), SLUICE_HEALTH_ADDRESS: given })).toThrow(
        `SLUICE_HEALTH_ADDRESS is '${given}': give an IP address and a port`,
      );
    },
  );

  it('is a version of a worker deployment where one is named', () => {
    const env = { ...none(), SLUICE_DEPLOYMENT: 'sluice', SLUICE_BUILD_ID: 'b1' };
    const version = { deployment: 'sluice', buildId: 'b1', behavior: 'auto-upgrade' };
    expect(readConfig(env)).toMatchObject({ version });
    expect(readConfig({ ...env, SLUICE_VERSIONING: 'pinned' })).toMatchObject({
      version: { behavior: 'pinned' },
    });
  });

  it('refuses a deployment whose build it cannot tell, and a behaviour that there is not', () => {
    const env = { ...none(), SLUICE_DEPLOYMENT: 'sluice' };
    expect(() => readConfig(env)).toThrow('SLUICE_BUILD_ID is not set');
    expect(() => readConfig({ ...env, SLUICE_BUILD_ID: 'b1', SLUICE_VERSIONING: 'sticky' })).toThrow(
      "SLUICE_VERSIONING is 'sticky': give auto-upgrade or pinned, or unset it for auto-upgrade",
    );
  });

  it.each(['0', '-1', '1.5', 'lots', '1e9'])(
    'refuses %s as a number of activities, and says what is allowed',
    (given) => {
      expect(() => readConfig({ ...none(), SLUICE_MAX_ACTIVITIES: given })).toThrow(
        `SLUICE_MAX_ACTIVITIES is '${given}': give a whole number from 1 to 100000, or unset it for 1200`,
      );
    },
  );
});
