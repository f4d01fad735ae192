import { describe, expect, it } from '@jest/globals';
import { childEnvironment } from '../../domain/child-environment.ts';

const secrets = {
  TEMPORAL_API_KEY: 'a',
  TEMPORAL_TLS_CLIENT_KEY_DATA: 'b',
  SLUICE_ENCRYPTION_KEYS: 'c',
  SLUICE_ENCRYPTION_KEYS_FILE: '/keys',
  SLACK_WEBHOOK: 'https://hooks.example/secret',
  GITHUB_TOKEN: 'd',
};

describe('the environment of a child', () => {
  it.each(['cluster', 'lab'] as const)('of the kind %s has no secret of its parent', (kind) => {
    expect(childEnvironment({ ...secrets, PATH: '/bin' }, kind)).toEqual({ PATH: '/bin' });
  });

  it('has what reaches a cluster: homes, proxies, credentials of clouds', () => {
    const env = {
      HOME: '/home/ann',
      LC_ALL: 'C',
      https_proxy: 'http://p',
      AWS_REGION: 'us-west-1',
      KUBECONFIG: '/k',
    };
    expect(childEnvironment(env, 'cluster')).toEqual(env);
  });

  it('of the lab has its settings too, and a tool of a cluster has not', () => {
    const env = { SLUICE_TOOL_ISTIOCTL: '/istioctl', GOPROXY: 'off' };
    expect(childEnvironment(env, 'lab')).toEqual(env);
    expect(childEnvironment(env, 'cluster')).toEqual({});
  });

  it('has the further variables that are named', () => {
    const given = { SLUICE_CHILD_VARIABLES: 'VAULT_ADDR, VAULT_TOKEN', VAULT_ADDR: 'x', VAULT_TOKEN: 'y' };
    expect(childEnvironment({ ...given, OTHER: 'z' }, 'cluster')).toEqual(given);
  });

  it('has everything for nobody: a lone * names nothing', () => {
    expect(childEnvironment({ ...secrets, SLUICE_CHILD_VARIABLES: '*' }, 'lab')).toEqual({
      SLUICE_CHILD_VARIABLES: '*',
    });
  });
});
