/** Where the Temporal server is: command line before environment before config file, as the `temporal` CLI does. */
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { defaultTemporalAddress } from '../../domain/defaults.ts';
import { messageOf } from '../../domain/message-of.ts';
import { type EncryptionKeys, readKeys } from '../../encryption/keys.ts';
import { refuse } from '../errors.ts';

/** Options of the command line that say how to reach the server. */
export interface ServerOptions {
  readonly address?: string;
  readonly namespace?: string;
  readonly tls?: boolean;
  readonly apiKey?: string;
  readonly profile?: string;
  readonly configFile?: string;
}

type ConnectConfig = ReturnType<typeof loadClientConnectConfig>;

export interface ServerSettings {
  readonly address: string;
  readonly namespace: string;
  readonly connection: ConnectConfig['connectionOptions'];
  /** What payloads are encrypted with; empty for not at all. */
  readonly encryption: EncryptionKeys;
}

/**
 * Resolves how to reach the server.
 * @throws ClientError if the config file cannot be read or lacks the profile, or the keys cannot be used
 */
export function resolveServer(options: ServerOptions, env: NodeJS.ProcessEnv): ServerSettings {
  const { connectionOptions, namespace } = load(options, env);
  const address = options.address ?? connectionOptions.address ?? defaultTemporalAddress;
  return {
    address,
    namespace: options.namespace ?? namespace ?? 'default',
    connection: { ...connectionOptions, address, ...security(options) },
    encryption: encryptionOf(env),
  };
}

function encryptionOf(env: NodeJS.ProcessEnv): EncryptionKeys {
  try {
    return readKeys(env);
  } catch (error) {
    throw refuse(messageOf(error));
  }
}

function load({ profile, configFile }: ServerOptions, env: NodeJS.ProcessEnv): ConnectConfig {
  try {
    return loadClientConnectConfig({
      ...(profile === undefined ? {} : { profile }),
      ...(configFile === undefined ? {} : { configSource: { path: configFile } }),
      overrideEnvVars: Object.fromEntries(
        Object.entries(env).flatMap(([name, value]) => (value ? [[name, value]] : [])),
      ),
    });
  } catch (error) {
    throw refuse(`the configuration of Temporal cannot be used: ${messageOf(error)}`);
  }
}

/** An API key goes over TLS, unless that is turned off by name. */
function security({
  tls,
  apiKey,
}: ServerOptions): Pick<ConnectConfig['connectionOptions'], 'tls' | 'apiKey'> {
  if (apiKey === undefined) return tls === undefined ? {} : { tls };
  return { apiKey, tls: tls ?? true };
}
