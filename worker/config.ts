/** What the worker is told by its environment, Temporal's configuration file included. */
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { NativeConnectionOptions } from '@temporalio/worker';
import { readDestinations } from '../activities/requests/destinations.ts';
import { defaultTaskQueue, defaultTemporalAddress } from '../domain/defaults.ts';
import { parseListenAddress, type ListenAddress } from '../domain/listen-address.ts';
import { messageOf } from '../domain/message-of.ts';
import { type EncryptionKeys, readKeys } from '../encryption/keys.ts';
import {
  readBuildId,
  versioningBehaviors,
  type DeploymentVersion,
  type VersioningBehavior,
} from './versioning.ts';

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
  /** Which version of a worker deployment it is; null where workers are not versioned. */
  readonly version: DeploymentVersion | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

const defaultTemporalNamespace = 'default';

/** A watch sleeps between its samples and has no thread: 1,000 rollouts that hold, and room for steps besides. */
const defaultMaxActivities = 1_200;

/** A rollout that no worker may touch cannot be aborted either (docs/adr/008-worker-versioning.md). */
const defaultVersioning: VersioningBehavior = 'auto-upgrade';

/** About 0.5 MB each (measured): 300 MB at most; histories of some hundred events replay in milliseconds. */
const defaultMaxCachedWorkflows = 600;

/**
 * Reads `TEMPORAL_*`, Temporal's configuration file and the variables of the worker (docs/configuration.md).
 * @throws Error that names the variable, what it says and what it may say
 */
export function readConfig(env: Environment): WorkerConfig {
  // Read again for each request; a wrong entry is told now.
  readDestinations(env);
  const { connectionOptions, namespace } = readTemporalConfig(env);
  return {
    connection: { ...connectionOptions, address: connectionOptions.address ?? defaultTemporalAddress },
    namespace: namespace ?? defaultTemporalNamespace,
    taskQueue: readText(env, 'SLUICE_TASK_QUEUE') ?? defaultTaskQueue,
    maxActivities: readCount(env, 'SLUICE_MAX_ACTIVITIES', defaultMaxActivities),
    maxCachedWorkflows: readCount(env, 'SLUICE_MAX_CACHED_WORKFLOWS', defaultMaxCachedWorkflows),
    encryption: readKeys(env),
    healthAddress: readAddress(env, 'SLUICE_HEALTH_ADDRESS'),
    metricsAddress: readAddress(env, 'SLUICE_METRICS_ADDRESS'),
    version: readVersion(env),
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

function readVersion(env: Environment): DeploymentVersion | null {
  const deployment = readText(env, 'SLUICE_DEPLOYMENT');
  if (deployment === null) return null;
  const buildId = readText(env, 'SLUICE_BUILD_ID') ?? readBuildId();
  if (buildId === null) {
    throw new Error(
      'SLUICE_BUILD_ID is not set, and SLUICE_DEPLOYMENT is: a worker that runs from a checkout cannot tell its ' +
        'builds apart, so name this one, as in SLUICE_BUILD_ID=$(git rev-parse --short HEAD)',
    );
  }
  return { deployment, buildId, behavior: readBehavior(env) };
}

function readBehavior(env: Environment): VersioningBehavior {
  const text = readText(env, 'SLUICE_VERSIONING') ?? defaultVersioning;
  if (Object.hasOwn(versioningBehaviors, text)) return text as VersioningBehavior;
  throw new Error(
    `SLUICE_VERSIONING is '${text}': give ${Object.keys(versioningBehaviors).join(' or ')}, or unset it for ${defaultVersioning}`,
  );
}

/** An empty variable is none. */
function readText(env: Environment, name: string): string | null {
  const text = env[name]?.trim() ?? '';
  return text === '' ? null : text;
}

/** An empty variable counts as none. */
function definedOf(env: Environment): Record<string, string> {
  return Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}
