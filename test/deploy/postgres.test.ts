/** What `docker compose up` runs, without its containers: Temporal's server on a PostgreSQL, and each of them killed. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { execa } from 'execa';
import { ensureSearchAttributes } from '../../worker/search-attributes.ts';
import { workflowBundle } from '../../worker/bundle.ts';
import { freePorts } from '../support/free-ports.ts';
import type { KillableServer } from '../support/postgres/killable.ts';
import { createPostgres } from '../support/postgres/postgres.ts';
import { createTemporal, temporalPrograms } from '../support/postgres/temporal.ts';
import { temporalTool, toolTimeout } from '../support/tools.ts';
import { canaryDocument, stages } from '../workflows/support/document.ts';
import { type Handle, resultOf, statusOf } from '../workflows/support/environment.ts';
import { World } from '../workflows/support/world.ts';

jest.setTimeout(5 * 60_000);

const namespace = 'default';
const taskQueue = 'postgres-test';
const hold = 15_000;
const document = canaryDocument({
  stages: stages.map((stage, index) => (index === 1 || index === 2 ? { ...stage, hold } : stage)),
});

let directory = '';
let postgres: KillableServer;
let temporal: KillableServer;
let address = '';

beforeAll(async () => {
  await temporalPrograms();
  directory = await mkdtemp(join(tmpdir(), 'sluice-postgres-'));
  await chmod(directory, 0o755);
  const [port = 0] = await freePorts(1);
  postgres = await createPostgres(directory, port);
  await postgres.start();
  ({ server: temporal, address } = await createTemporal(directory, port));
  await temporal.start();
}, toolTimeout);

afterAll(async () => {
  await temporal.end();
  await postgres.end('SIGINT');
  await rm(directory, { recursive: true });
});

/** A namespace as `deploy/temporal/namespace.sh` makes it, with what a worker adds. */
async function prepareNamespace(connection: NativeConnection): Promise<void> {
  const create = ['operator', 'namespace', 'create', '--namespace', namespace, '--retention', '720h'];
  await execa(await temporalTool(), [...create, '--address', address]);
  const deadline = Date.now() + 60_000;
  for (;;) {
    try {
      await ensureSearchAttributes(connection, namespace, AbortSignal.timeout(60_000));
      return;
    } catch (error) {
      // A new namespace is known to all services after some seconds.
      if (Date.now() > deadline) throw error;
      await sleep(500);
    }
  }
}

async function holding(handle: Handle, stage: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const step = await statusOf(handle).then(
      (status) => status.step,
      () => '',
    );
    if (step.startsWith(`holding ${stage}`)) return;
    if (Date.now() > deadline) throw new Error(`it does not hold ${stage}, the last step is '${step}'`);
    await sleep(100);
  }
}

it('finishes a rollout, each hold as long as it says, though server and database are killed in them', async () => {
  const world = new World();
  const connection = await NativeConnection.connect({ address });
  const client = new Client({ connection: await Connection.connect({ address }) });
  await prepareNamespace(connection);
  const { activities } = world;
  const worker = await Worker.create({
    connection,
    taskQueue,
    activities,
    workflowBundle: await workflowBundle({}),
  });
  const result = await worker.runUntil(async () => {
    const workflowId = 'canary/postgres';
    const handle = await client.workflow.start('canary', { workflowId, taskQueue, args: [{ document }] });

    await holding(handle, 'v2-10');
    await temporal.end('SIGKILL');
    await sleep(1_000);
    await temporal.start();

    await holding(handle, 'v3-50');
    await postgres.end('SIGKILL');
    await sleep(1_000);
    await postgres.start();
    return await resultOf(handle);
  });

  expect(result.outcome).toBe('Promoted');
  const holds = result.stages.map(
    ({ observedAt, endedAt }) => Date.parse(endedAt ?? '') - Date.parse(observedAt ?? ''),
  );
  for (const held of holds.slice(1, 3)) expect(held).toBeGreaterThanOrEqual(hold - 10);
  for (const stage of ['v2-10', 'v3-50']) {
    const deadlines = world.watches
      .filter(({ workflowStage }) => workflowStage === stage)
      .map(({ deadline }) => deadline);
    expect(new Set(deadlines).size).toBe(1);
  }
  // Nothing was done twice.
  expect(world.shifts).toHaveLength(result.stages.length);
  await client.connection.close();
  await connection.close();
});
