/** A Temporal server and a bundle for all tests of a file, and a worker for each. */
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { WorkflowHandle } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import {
  bundleWorkflowCode,
  DefaultLogger,
  Runtime,
  Worker,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import { makeCurrent } from '../../../bench/rollouts/make-current.ts';
import { temporalTool } from '../../support/tools.ts';
import type { RolloutResult, RolloutStatus } from '../../../domain/rollout.ts';
import { clientConverter, workerConverter } from '../../../encryption/data-converter.ts';
import type { EncryptionKeys } from '../../../encryption/keys.ts';
import { deploymentOptions, type DeploymentVersion } from '../../../worker/versioning.ts';
import { searchAttributes } from '../../../workflows/messages.ts';
import type { World } from './world.ts';

export type Handle = WorkflowHandle;

type StartedType = 'rollout' | 'canary' | 'restore' | 'teardown';

const workflowsPath = fileURLToPath(new URL('../../../workflows/index.ts', import.meta.url));

export class Environment {
  private readonly server: TestWorkflowEnvironment;
  private readonly workflowBundle: WorkflowBundleWithSourceMap;
  private readonly finished: Handle[] = [];

  private readonly keys: EncryptionKeys;

  private constructor(
    server: TestWorkflowEnvironment,
    workflowBundle: WorkflowBundleWithSourceMap,
    keys: EncryptionKeys,
  ) {
    this.server = server;
    this.workflowBundle = workflowBundle;
    this.keys = keys;
  }

  static async start(keys: EncryptionKeys = []): Promise<Environment> {
    const logger = new DefaultLogger('ERROR');
    Runtime.install({ logger, telemetryOptions: { logging: { forward: {}, filter: 'ERROR' } } });
    const path = await temporalTool();
    const [server, bundle] = await Promise.all([
      TestWorkflowEnvironment.createLocal({
        client: { dataConverter: clientConverter(keys) },
        server: {
          executable: { type: 'existing-path', path },
          searchAttributes: Object.values(searchAttributes),
        },
      }),
      bundleWorkflowCode({ ...workerConverter(keys), workflowsPath, logger }),
    ]);
    return new Environment(server, bundle, keys);
  }

  get address(): string {
    return this.server.address;
  }

  async end(): Promise<void> {
    await this.server.teardown();
  }

  /** Runs a worker with a world's activities for as long as `work` takes. */
  async withWorker<T>(
    world: World,
    work: (taskQueue: string) => Promise<T>,
    taskQueue: string = randomUUID(),
    version: DeploymentVersion | null = null,
  ): Promise<T> {
    const worker = await Worker.create({
      connection: this.server.nativeConnection,
      workflowBundle: this.workflowBundle,
      dataConverter: workerConverter(this.keys),
      activities: world.activities,
      taskQueue,
      ...deploymentOptions(version),
      // Cancellation reaches the fakes fast, as the worker's own setting makes sure.
      maxHeartbeatThrottleInterval: '200ms',
      defaultHeartbeatThrottleInterval: '200ms',
    });
    return await worker.runUntil(() => work(taskQueue));
  }

  async makeCurrent(deploymentName: string, buildId: string): Promise<void> {
    await makeCurrent(this.server.client, deploymentName, buildId);
  }

  /** As `temporal workflow update-options --versioning-override-behavior auto_upgrade` does. */
  async autoUpgrade({ workflowId }: Handle): Promise<void> {
    const { workflowService, options } = this.server.client;
    await workflowService.updateWorkflowExecutionOptions({
      namespace: options.namespace,
      workflowExecution: { workflowId },
      workflowExecutionOptions: { versioningOverride: { autoUpgrade: true } },
      updateMask: { paths: ['versioning_override'] },
    });
  }

  async start(type: StartedType, taskQueue: string, args: unknown[]): Promise<Handle> {
    const workflowId = `${type}/${randomUUID()}`;
    const handle = await this.server.client.workflow.start(type, { taskQueue, workflowId, args });
    this.finished.push(handle);
    return handle;
  }

  /** Runs a document to its end, steered by `steer`. */
  async run(
    world: World,
    document: unknown,
    steer: (handle: Handle) => Promise<unknown> = noSteering,
  ): Promise<Ended> {
    return await this.withWorker(world, async (taskQueue) => {
      const type = isCanary(document) ? 'canary' : 'rollout';
      const handle = await this.start(type, taskQueue, [{ document }]);
      await steer(handle);
      const result = await resultOf(handle);
      return { result, handle, status: await statusOf(handle), details: await detailsOf(handle) };
    });
  }

  /** Replays every history that the tests of the file produced. */
  async replayAll(): Promise<number> {
    for (const handle of this.finished) {
      const history = await handle.fetchHistory();
      await Worker.runReplayHistory({ workflowBundle: this.workflowBundle }, history, handle.workflowId);
    }
    return this.finished.length;
  }
}

export interface Ended {
  readonly result: RolloutResult;
  readonly status: RolloutStatus;
  readonly handle: Handle;
  /** What the Web UI shows. */
  readonly details: string;
}

const noSteering = () => Promise.resolve();

/** The result; a failed execution carries it in its failure. */
export async function resultOf(handle: Handle): Promise<RolloutResult> {
  try {
    return await inTime(handle.result() as Promise<RolloutResult>, handle);
  } catch (error) {
    const { cause } = error as { cause?: { details?: unknown[] } };
    if (!cause?.details?.[0]) throw error;
    return cause.details[0] as RolloutResult;
  }
}

/** A run that hangs fails its test with what the run says of itself. */
async function inTime<T>(result: Promise<T>, handle: Handle): Promise<T> {
  const ended = new AbortController();
  const late = async () => {
    await setTimeout(15_000, undefined, ended);
    throw new Error(`no result in 15 s; the run is at ${JSON.stringify(await statusOf(handle))}`);
  };
  try {
    return await Promise.race([result, late()]);
  } finally {
    ended.abort();
  }
}

export async function statusOf(handle: Handle): Promise<RolloutStatus> {
  return await handle.query<RolloutStatus>('status');
}

async function detailsOf(handle: Handle): Promise<string> {
  const metadata = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
  return metadata.currentDetails;
}

/** Waits until the run says of itself what a test waits for. */
export async function until(
  handle: Handle,
  seen: (status: RolloutStatus) => boolean,
): Promise<RolloutStatus> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const status = await statusOf(handle);
    if (seen(status)) return status;
    if (Date.now() > deadline) throw new Error(`not seen in 10 s; the run is at ${JSON.stringify(status)}`);
    await setTimeout(25);
  }
}

function isCanary(document: unknown): boolean {
  return (document as { kind?: string } | null)?.kind === 'Canary';
}
