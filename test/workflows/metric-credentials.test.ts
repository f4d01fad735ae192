/** Credentials of a Prometheus stay out of the history, also where a server repeats them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { createGateActivities } from '../../activities/gates/index.ts';
import { startReceiver, type Receiver } from '../activities/support/receiver.ts';
import { textOf } from '../support/history-text.ts';
import { toolTimeout } from '../support/tools.ts';
import { canaryDocument } from './support/document.ts';
import { Environment } from './support/environment.ts';
import { World } from './support/world.ts';

jest.setTimeout(60_000);

const before = { ...process.env };
const seen: (string | undefined)[] = [];

let environment: Environment;
let server: Receiver;
let directory = '';

beforeAll(async () => {
  environment = await Environment.start();
  directory = await mkdtemp(join(tmpdir(), 'sluice-history-'));
  server = await startReceiver((response) => {
    const { headers } = response.req;
    seen.push(headers.authorization);
    response.writeHead(401).end(`no ${headers.authorization}, ${String(headers['x-scope-orgid'])}`);
  });
  const file = join(directory, 'credentials.yaml');
  const secrets = { bearerToken: 'planted-token', tenant: 'planted-tenant' };
  await writeFile(file, JSON.stringify({ mine: { addresses: [server.address], ...secrets } }));
  process.env.SLUICE_PROMETHEUS_CREDENTIALS = file;
}, toolTimeout);

afterAll(async () => {
  process.env = { ...before };
  await Promise.all([environment.end(), server.close(), rm(directory, { recursive: true, force: true })]);
});

it('a rollout whose Prometheus refuses the credentials is refused, and keeps none of them', async () => {
  const gates = createGateActivities({
    clients: () => {
      throw new Error('no gate of this test asks the cluster');
    },
    draining: new AbortController().signal,
  });
  const world = new World({ checkGates: gates.checkGates });
  const prometheus = { address: server.address, credentials: 'mine' };
  const { handle, result } = await environment.run(world, canaryDocument({ prometheus }));
  expect(result.outcome).toBe('Failed');
  expect(seen).toContain('Bearer planted-token');
  expect(world.shifts).toEqual([]);
  const text = textOf(await handle.fetchHistory()) + textOf((await handle.describe()).raw);
  expect(text).toContain('it refuses credentials mine');
  expect(text).toContain('401: no Bearer (secret), (secret)');
  expect(text).not.toContain('planted');
});
