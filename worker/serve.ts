/** The worker itself: bundle, connection, polling, and polling again when the server was away. */
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from '@temporalio/worker';
import type { NativeConnection, WorkflowBundleOption } from '@temporalio/worker';
import { workerConverter } from '../encryption/data-converter.ts';
import { createActivities } from '../activities/index.ts';
import { beside } from '../domain/beside.ts';
import { workflowBundle as bundleWorkflows } from './bundle.ts';
import type { WorkerConfig } from './config.ts';
import { connect } from './connect.ts';
import { failBugs } from './fail-bugs.ts';
import { isAway } from './grpc-error.ts';
import { lookAt, notReady, type Readiness } from './health/readiness.ts';
import { openRolloutsOn, openRuns } from './open-run.ts';
import { ensureSearchAttributes } from './search-attributes.ts';
import { deploymentOptions, type DeploymentVersion } from './versioning.ts';

export interface Serving {
  readonly config: WorkerConfig;
  /** Told as the worker comes and goes. */
  readonly readiness: Readiness;
  /** Ends the worker gracefully. */
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

const labCommand = [process.execPath, fileURLToPath(beside(import.meta.url, '../lab/main.ts'))];

/** How long the worker waits for a server that it has not seen yet, in ms. */
const firstConnect = 2 * 60_000;

/** A server that was there comes back, sooner or later: rollouts wait for nothing else, in ms. */
const reconnect = 24 * 3600_000;

/** Between the end of polling and the next attempt, in ms. */
const restartPause = 1_000;

/** Steps of a second or two end by themselves; watches are handed over at once, and hold nobody up. */
const shutdownGraceTime = '5s';

/** Above the grace, and above the 15 s that a child process gets to end; below Kubernetes' 30 s. */
const shutdownForceTime = '25s';

/** The slowest that a cancellation may reach a step; the SDK would wait for 80 % of its heartbeat timeout. */
const maxHeartbeatThrottleInterval = '4s';

/** How long a run waits for the worker that has it in memory; 10 s by default, which an abort would wait too. */
const stickyQueueScheduleToStartTimeout = '3s';

/**
 * Works until the signal; survives a Temporal server that goes away.
 * @throws Error when no server was found at first, when its namespace lacks search attributes that the worker may not
 * add, or when the worker cannot run at all
 */
export async function serve(serving: Serving): Promise<void> {
  const { config, readiness, signal, say } = serving;
  const bundling = bundleWorkflows(workerConverter(config.encryption));
  // Told where it is awaited; until then a failure must not end the process.
  bundling.catch(() => undefined);
  for (let timeout = firstConnect; !signal.aborted; timeout = reconnect) {
    readiness.look = notReady('it is not connected to Temporal');
    const connection = await connect(config, { timeout, signal, say });
    try {
      await ensureSearchAttributes(connection, config.namespace, signal);
      await poll(serving, connection, await bundling);
    } catch (error) {
      if (!isConnectionLoss(error)) throw error;
      say(`lost Temporal at ${config.connection.address}, connecting again: ${error.message}`);
      await sleep(restartPause);
    } finally {
      await connection.close();
    }
  }
}

async function poll(
  { config, readiness, signal, say }: Serving,
  connection: NativeConnection,
  workflowBundle: WorkflowBundleOption,
): Promise<void> {
  const { namespace, taskQueue, maxActivities, maxCachedWorkflows, encryption } = config;
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue,
    workflowBundle,
    dataConverter: workerConverter(encryption),
    activities: createActivities({
      labCommand,
      isOpen: openRuns(connection, namespace),
      openRollouts: openRolloutsOn(connection, namespace),
      draining: signal,
    }),
    interceptors: { activity: [() => ({ inbound: failBugs })] },
    maxConcurrentActivityTaskExecutions: maxActivities,
    maxCachedWorkflows,
    maxHeartbeatThrottleInterval,
    stickyQueueScheduleToStartTimeout,
    shutdownGraceTime,
    shutdownForceTime,
    ...deploymentOptions(config.version),
  });
  const shutDown = () => worker.getState() === 'RUNNING' && worker.shutdown();
  signal.addEventListener('abort', shutDown);
  try {
    const running = worker.run();
    readiness.look = lookAt(worker, connection);
    say(readyLine(config));
    if (signal.aborted) shutDown();
    await running;
  } finally {
    signal.removeEventListener('abort', shutDown);
  }
}

function readyLine({ taskQueue, namespace, connection, version }: WorkerConfig): string {
  const place = `task queue ${taskQueue}, namespace ${namespace}, Temporal at ${connection.address}`;
  return `worker ready: ${place}${version === null ? '' : `, ${describeVersion(version)}`}`;
}

function describeVersion({ deployment, buildId, behavior }: DeploymentVersion): string {
  return `build ${buildId} of deployment ${deployment} (${behavior})`;
}

/** By name: the SDK marks the class as its own. */
function isConnectionLoss(error: unknown): error is Error {
  return isAway(error) || (error instanceof Error && error.name === 'TransportError');
}
