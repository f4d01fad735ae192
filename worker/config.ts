/** What the worker is told by its environment, Temporal's configuration file included. */
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { NativeConnectionOptions } from '@temporalio/worker';
import { defaultTaskQueue } from '../domain/defaults.ts';
import { messageOf } from '../domain/message-of.ts';
import { type EncryptionKeys, readKeys } from '../encryption/keys.ts';
import { parseListenAddress, type ListenAddress } from './listen-address.ts';

export interface WorkerConfig {
  /** Address, TLS and API key, as `temporal` itself reads them. */
  readonly connection: NativeConnectionOptions & { readonly address: string };
  readonly namespace: string;
  readonly taskQueue: string;
  /** Activities at a time. Each rollout that holds a stage keeps one, so this bounds them. */
  readonly maxActivities: number;
  /** Workflows kept in memory between their tasks; the others are replayed when they are needed. */
  readonly maxCachedWorkflows: number;
  /** What payloads are encrypted with; empty for not at all. */
  readonly encryption: EncryptionKeys;
  /** Where it tells whether it is alive and ready; null for nowhere. */
  readonly healthAddress: ListenAddress | null;
  /** Where Prometheus reads the metrics of the Temporal SDK; null for nowhere. */
  readonly metricsAddress: ListenAddress | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

const defaultAddress = '127.0.0.1:7233';
const defaultTemporalNamespace = 'default';

/** A watch sleeps between its samples and has no thread: 1,000 rollouts that hold, and room for steps besides. */
const defaultMaxActivities = 1_200;

/** About 0.5 MB each (measured): 300 MB at most; histories of some hundred events replay in milliseconds. */
const defaultMaxCachedWorkflows = 600;

/**
 * Reads `TEMPORAL_*`, Temporal's configuration file and the variables of the worker (docs/configuration.md).
 * @throws Error that names the variable, what it says and what it may say
 */
export function readConfig(env: Environment): WorkerConfig {
  const { connectionOptions, namespace } = readTemporalConfig(env);
  return {
    connection: { ...connectionOptions, address: connectionOptions.address ?? defaultAddress },
    namespace: namespace ?? defaultTemporalNamespace,
    taskQueue: readText(env, 'SLUICE_TASK_QUEUE') ?? defaultTaskQueue,
    maxActivities: readCount(env, 'SLUICE_MAX_ACTIVITIES', defaultMaxActivities),
    maxCachedWorkflows: readCount(env, 'SLUICE_MAX_CACHED_WORKFLOWS', defaultMaxCachedWorkflows),
    encryption: readKeys(env),
    healthAddress: readAddress(env, 'SLUICE_HEALTH_ADDRESS'),
    metricsAddress: readAddress(env, 'SLUICE_METRICS_ADDRESS'),
  };
}

function readTemporalConfig(env: Environment): ReturnType<typeof loadClientConnectConfig> {
  try {
    return loadClientConnectConfig({ overrideEnvVars: definedOf(env) });
  } catch (error) {
    const reason = messageOf(error);
    throw new Error(`the configuration of Temporal (TEMPORAL_* or its file) cannot be used: ${reason}`, {
      cause: error,
    });
  }
}

function readCount(env: Environment, name: string, otherwise: number): number {
  const text = readText(env, name);
  if (text === null) return otherwise;
  const count = Number(text);
  if (Number.isSafeInteger(count) && count >= 1 && count <= 100_000) return count;
  throw new Error(`${name} is '${text}': give a whole number from 1 to 100000, or unset it for ${otherwise}`);
}

function readAddress(env: Environment, name: string): ListenAddress | null {
  const text = readText(env, name);
  if (text === null) return null;
  const address = parseListenAddress(text);
  if (address !== null) return address;
  throw new Error(
    `${name} is '${text}': give an IP address and a port, as in 127.0.0.1:8081 or [::1]:8081, or unset it`,
  );
}

/** An empty variable is none. */
function readText(env: Environment, name: string): string | null {
  const text = env[name]?.trim() ?? '';
  return text === '' ? null : text;
}

function definedOf(env: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
