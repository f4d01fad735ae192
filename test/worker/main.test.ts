import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { freePorts } from '../support/free-ports.ts';
import { temporalTool, toolTimeout } from '../support/tools.ts';
import { openRolloutsOn, openRuns } from '../../worker/open-run.ts';
import { ensureSearchAttributes } from '../../worker/search-attributes.ts';
import { searchAttributes } from '../../workflows/messages.ts';

jest.setTimeout(90_000);
import { emptyTeardown } from '../support/empty-teardown.ts';

const main = fileURLToPath(new URL('../../worker/main.ts', import.meta.url));
const started: ChildProcess[] = [];
let temporal = '';
let directory = '';
let address = '';
let uiPort = '';

beforeAll(async () => {
  temporal = await temporalTool();
  directory = await mkdtemp(join(tmpdir(), 'sluice-worker-'));
  const [port, ofUi] = await freePorts(2);
  address = `127.0.0.1:${port}`;
  uiPort = String(ofUi);
}, toolTimeout);
afterEach(async () => {
  for (const child of started.splice(0)) await end(child, 'SIGKILL');
});
afterAll(() => rm(directory, { recursive: true }));

describe('the worker process', () => {
  it('waits for its server, survives one that is killed, and ends when it is asked to', async () => {
    const [healthPort, metricsPort] = await freePorts(2);
    const health = `127.0.0.1:${healthPort}`;
    const metrics = `127.0.0.1:${metricsPort}`;
    const worker = startWorker({ SLUICE_HEALTH_ADDRESS: health, SLUICE_METRICS_ADDRESS: metrics });
    await said(worker, `waiting for Temporal at ${address}`);
    expect(await ask(`${health}/livez`)).toMatchObject({ status: 200 });
    expect(await ask(`${health}/readyz`)).toMatchObject({
      status: 503,
      text: expect.stringContaining('not connected to Temporal'),
    });

    const server = startServer();
    await said(worker, `worker ready: task queue worker-test, namespace default, Temporal at ${address}`);
    await runTeardown();
    await searchAttributesAreThere();
    expect(await ask(`${health}/readyz`)).toMatchObject({ status: 200 });
    expect(await ask(`${health}/healthz`)).toMatchObject({ status: 404 });
    expect((await ask(`${metrics}/metrics`)).text).toContain('temporal_workflow_completed');

    await end(server, 'SIGKILL');
    await sleep(3_000);
    expect(await ask(`${health}/livez`)).toMatchObject({ status: 200 });
    expect(await ask(`${health}/readyz`)).toMatchObject({ status: 503 });
    startServer();
    await runTeardown();
    expect(worker.child.exitCode).toBeNull();

    worker.child.kill('SIGTERM');
    const [code] = (await once(worker.child, 'exit')) as [number | null];
    expect(code).toBe(0);
    expect(worker.output()).toContain('SIGTERM: the worker ends');
    expect(worker.stdout()).toBe('');
  });

  it('ends at once when it is asked to while it waits for its server', async () => {
    const worker = startWorker();
    await said(worker, 'waiting for Temporal');
    worker.child.kill('SIGINT');
    const [code] = (await once(worker.child, 'exit')) as [number | null];
    expect(code).toBe(0);
  });

  it('refuses a setting that makes no sense', async () => {
    const worker = startWorker({ SLUICE_MAX_ACTIVITIES: 'lots' });
    const [code] = (await once(worker.child, 'exit')) as [number | null];
    expect(code).toBe(1);
    expect(worker.output()).toContain("worker: SLUICE_MAX_ACTIVITIES is 'lots'");
  });
});

describe('openRuns', () => {
  it('tells an open run from a closed one and from one that Temporal does not know', async () => {
    startServer();
    const client = await connected();
    const connection = await NativeConnection.connect({ address });
    const isOpen = openRuns(connection, 'default');

    const workflowId = `canary/${randomUUID()}`;
    const handle = await client.workflow.start('canary', { workflowId, taskQueue: 'nobody' });
    const { runId } = await handle.describe();
    expect(await isOpen(workflowId, runId)).toBe(true);
    await handle.terminate();
    expect(await isOpen(workflowId, runId)).toBe(false);
    expect(await isOpen(`canary/${randomUUID()}`, randomUUID())).toBe(false);

    await connection.close();
    await client.connection.close();
  });
});

describe('openRolloutsOn', () => {
  it('lists the open rollouts of a cluster, by any of its names', async () => {
    startServer();
    const client = await connected();
    const connection = await NativeConnection.connect({ address });
    await ensureSearchAttributes(connection, 'default', new AbortController().signal);
    const openRollouts = openRolloutsOn(connection, 'default');
    const start = async (type: string, cluster: string) =>
      await client.workflow.start(type, {
        workflowId: `${type}/${cluster}/${randomUUID()}`,
        taskQueue: 'nobody',
        typedSearchAttributes: [{ key: searchAttributes.cluster, value: cluster }],
      });
    const [named, bare, other, closed] = await Promise.all([
      start('rollout', 'shop.eu-west-1'),
      start('canary', 'shop'),
      start('rollout', 'shop.us-west-1'),
      start('rollout', 'shop.eu-west-1'),
    ]);
    await closed.terminate();
    const wanted = [bare.workflowId, named.workflowId].sort();
    let found: string[] = [];
    // What a list shows lags behind what was started.
    for (let look = 0; look < 100 && found.join() !== wanted.join(); look += 1) {
      await sleep(100);
      found = (await openRollouts(['shop.eu-west-1', 'shop'])).sort();
    }
    expect(found).toEqual(wanted);
    expect(found).not.toContain(other.workflowId);

    await connection.close();
    await client.connection.close();
  });
});

interface Spoken {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly stdout: () => string;
}

function startWorker(env: Record<string, string> = {}): Spoken {
  const settings = { TEMPORAL_ADDRESS: address, SLUICE_TASK_QUEUE: 'worker-test', XDG_STATE_HOME: directory };
  const child = spawn(process.execPath, [main], { env: { ...process.env, ...settings, ...env } });
  started.push(child);
  let [output, stdout] = ['', ''];
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  return { child, output: () => output, stdout: () => stdout };
}

async function ask(url: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`http://${url}`);
  return { status: response.status, text: await response.text() };
}

/** A server on the same file and ports each time. */
function startServer(): ChildProcess {
  const [ip, port] = address.split(':') as [string, string];
  const listen = ['--ip', ip, '--port', port, '--ui-ip', ip, '--ui-port', uiPort];
  const file = ['--db-filename', join(directory, 'temporal.db'), '--sqlite-pragma', 'journal_mode=WAL'];
  const child = spawn(temporal, ['server', 'start-dev', ...listen, ...file], { stdio: 'ignore' });
  started.push(child);
  return child;
}

async function said(worker: Spoken, text: string): Promise<void> {
  const deadline = Date.now() + 40_000;
  while (!worker.output().includes(text)) {
    if (Date.now() > deadline) throw new Error(`'${text}' was not said in 40 s: ${worker.output()}`);
    await sleep(100);
  }
}

/** A client, once the server answers. */
async function connected(): Promise<Client> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      const connection = await Connection.connect({ address, connectTimeout: 1_000 });
      const client = new Client({ connection });
      await client.workflowService.describeNamespace({ namespace: 'default' });
      return client;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(300);
    }
  }
}

/** Runs a workflow that has nothing to do: it takes a worker all the same. */
async function runTeardown(): Promise<void> {
  const client = await connected();
  const result: unknown = await client.workflow.execute('teardown', {
    workflowId: `teardown/${randomUUID()}`,
    taskQueue: 'worker-test',
    args: [emptyTeardown],
  });
  expect(result).toEqual({ undone: [] });
  await client.connection.close();
}

/** Those that rollouts are found by are what a query may name. */
async function searchAttributesAreThere(): Promise<void> {
  const client = await connected();
  const query =
    "SluiceService = 'reviews' AND SluiceCluster = 'a' AND SluiceStage = 'b' AND SluiceOutcome = 'c'";
  expect(await client.workflow.count(query)).toMatchObject({ count: 0 });
  await client.connection.close();
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}
