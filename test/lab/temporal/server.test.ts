import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { startTemporal, stopTemporal, temporalStatus } from '../../../lab/temporal/server.ts';
import { startProcess } from '../../../lab/process/start.ts';
import { writeState } from '../../../lab/temporal/state.ts';
import { writeProgram } from '../support/fake-program.ts';
import { useTemporaryDirectories } from '../support/temporary-directory.ts';

const states: string[] = [];

// Before the directories go (hooks run in this order): what they record could not be ended any more.
afterEach(async () => {
  await Promise.all(states.splice(0).map((stateDir) => stopTemporal({ stateDir })));
});

const temporaryDirectory = useTemporaryDirectories();

/** Serves as the Web UI does, on the ports asked for, and tells its log what it was asked. */
const servingProgram = `
  const { createServer } = require('node:http');
  const option = (name) => process.argv[process.argv.indexOf(name) + 1];
  console.log(process.argv.slice(2).join(' '));
  const served = (request, response) =>
    response.writeHead(request.url === '/api/v1/namespaces/default' ? 200 : 404).end();
  createServer().listen(option('--port'), option('--ip'));
  setTimeout(() => createServer(served).listen(option('--ui-port'), option('--ui-ip')), 100);`;

async function prepare(program = servingProgram) {
  const stateDir = await temporaryDirectory();
  const tool = await writeProgram(join(stateDir, 'temporal-program'), program);
  states.push(stateDir);
  const start = (more = {}) => startTemporal({ stateDir, env: { SLUICE_TOOL_TEMPORAL: tool }, ...more });
  const log = async () => (await readFile(join(stateDir, 'logs', 'temporal.log'), 'utf8')).trim().split('\n');
  return { stateDir, start, log };
}

const portsOf = ({ address, ui }: { address: string; ui: string }) => [address, ui];

describe('the Temporal server', () => {
  it('is started on loopback with its database in the state directory, and serves', async () => {
    const { stateDir, start, log } = await prepare();
    const server = await start();
    const [port, uiPort] = [server.address.replace('127.0.0.1:', ''), new URL(server.ui).port];
    expect(new URL(server.ui).hostname).toBe('127.0.0.1');
    expect(await log()).toEqual([
      `server start-dev --ip 127.0.0.1 --port ${port} --ui-ip 127.0.0.1 --ui-port ${uiPort} ` +
        `--db-filename ${join(stateDir, 'temporal', 'temporal.db')} ` +
        `--sqlite-pragma journal_mode=WAL --sqlite-pragma synchronous=NORMAL`,
    ]);
    expect(await temporalStatus({ stateDir })).toEqual({ ...server, serving: true });
  });

  it('is reused while it runs, by starts at the same time too', async () => {
    const { start, log } = await prepare();
    const [one, two] = await Promise.all([start(), start()]);
    expect([two, await start()]).toEqual([one, one]);
    expect(await log()).toHaveLength(1);
  });

  it('goes on where it was, at the same address, after it was killed', async () => {
    const { stateDir, start } = await prepare();
    const first = await start();
    process.kill(first.pid, 'SIGKILL');
    const second = await start();
    expect(second.pid).not.toBe(first.pid);
    expect(portsOf(second)).toEqual(portsOf(first));
    expect((await temporalStatus({ stateDir }))?.pid).toBe(second.pid);
  });

  it('is started again when it ends while it is waited for', async () => {
    const { stateDir, start } = await prepare();
    const first = await start();
    await stopTemporal({ stateDir });
    const logFile = join(stateDir, 'dying.log');
    const { record } = await startProcess({ name: 'dying', command: 'sleep', args: ['0.3'], logFile });
    const ports = { frontend: Number(first.address.split(':')[1]), ui: Number(new URL(first.ui).port) };
    await writeState(stateDir, { ports, process: record });
    const second = await start();
    expect(second.pid).not.toBe(record.pid);
    expect(portsOf(second)).toEqual(portsOf(first));
  });

  it('is gone after a stop, and comes back at the same address', async () => {
    const { stateDir, start } = await prepare();
    const first = await start();
    await stopTemporal({ stateDir });
    expect(await temporalStatus({ stateDir })).toBeNull();
    expect(() => process.kill(first.pid, 0)).toThrow('ESRCH');
    expect(portsOf(await start())).toEqual(portsOf(first));
  });

  it('is one for each state directory', async () => {
    const [one, two] = [await prepare(), await prepare()];
    const servers = [await one.start(), await two.start()];
    expect(new Set(servers.flatMap(portsOf)).size).toBe(4);
  });

  it('that ends at once is reported with the end of its log', async () => {
    const { stateDir, start } = await prepare(`console.error('database is locked'); process.exit(1)`);
    await expect(start()).rejects.toThrow(
      /^temporal ended before it served: database is locked \(.*temporal\.log\)$/,
    );
    expect(await temporalStatus({ stateDir })).toBeNull();
  });

  it('that never serves is ended', async () => {
    const { stateDir, start } = await prepare(`console.log('thinking'); setInterval(() => 0, 1000)`);
    await expect(start({ timeout: 400 })).rejects.toThrow('temporal does not serve after 0.4 s: thinking');
    expect(await temporalStatus({ stateDir })).toBeNull();
  });

  it('is ended when its start is aborted', async () => {
    const { stateDir, start } = await prepare(`setInterval(() => 0, 1000)`);
    await expect(start({ signal: AbortSignal.timeout(300) })).rejects.toThrow('timeout');
    expect(await temporalStatus({ stateDir })).toBeNull();
  });

  it('was never started where nothing is recorded, and stopping it is nothing', async () => {
    const stateDir = await temporaryDirectory();
    await stopTemporal({ stateDir });
    expect(await temporalStatus({ stateDir })).toBeNull();
  });
});
