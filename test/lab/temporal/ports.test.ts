import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { choosePorts, type PortWishes } from '../../../lab/temporal/ports.ts';

const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((done) => server.close(done))));
});

async function takenPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  return (server.address() as AddressInfo).port;
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const port = await takenPort();
  await new Promise((done) => servers.pop()?.close(done));
  return port;
}

const choose = (wishes: Partial<PortWishes>) =>
  choosePorts({ given: undefined, env: {}, recorded: undefined, ...wishes });

describe('ports of a Temporal server', () => {
  it('are those of its last run', async () => {
    const recorded = { frontend: await freePort(), ui: await freePort() };
    expect(await choose({ recorded })).toEqual(recorded);
  });

  it('are those of the environment rather than of its last run', async () => {
    const recorded = { frontend: await freePort(), ui: await freePort() };
    const port = await freePort();
    expect(await choose({ recorded, env: { SLUICE_TEMPORAL_PORT: String(port) } })).toEqual({
      frontend: port,
      ui: recorded.ui,
    });
  });

  it('are those given before all', async () => {
    const given = { frontend: await freePort(), ui: await freePort() };
    expect(await choose({ given, env: { SLUICE_TEMPORAL_PORT: '1', SLUICE_TEMPORAL_UI_PORT: '1' } })).toEqual(
      given,
    );
  });

  it('are free ones where somebody else has those of the last run', async () => {
    const recorded = { frontend: await takenPort(), ui: await takenPort() };
    const { frontend, ui } = await choose({ recorded });
    expect(new Set([frontend, ui, recorded.frontend, recorded.ui]).size).toBe(4);
    expect(Math.min(frontend, ui)).toBeGreaterThanOrEqual(1024);
  });

  it('are 1000 apart, whatever port the server has: where the UI is looked for', async () => {
    const ui = await freePort();
    const frontend = ui - 1_000;
    expect(await choose({ given: { frontend } })).toEqual({ frontend, ui });
    expect(await choose({ env: { SLUICE_TEMPORAL_PORT: String(frontend) } })).toEqual({ frontend, ui });
  });

  it('are free ones where 1000 above is taken, or is no port', async () => {
    const ui = await takenPort();
    expect((await choose({ given: { frontend: ui - 1_000 } })).ui).not.toBe(ui);
    expect((await choose({ given: { frontend: 65_000 } })).ui).toBeLessThanOrEqual(65_535);
  });

  it('are two', async () => {
    const port = await freePort();
    const { frontend, ui } = await choose({ recorded: { frontend: port, ui: port } });
    expect(frontend).toBe(port);
    expect(ui).not.toBe(port);
  });

  it('are refused when the one asked for is taken', async () => {
    const port = await takenPort();
    await expect(choose({ env: { SLUICE_TEMPORAL_UI_PORT: String(port) } })).rejects.toThrow(
      `port ${port} is taken by another process: give Temporal a free one by SLUICE_TEMPORAL_UI_PORT`,
    );
  });

  it.each(['x', '0', '65536', '72.5'])('are refused when the environment says %j', async (text) => {
    await expect(choose({ env: { SLUICE_TEMPORAL_PORT: text } })).rejects.toThrow(
      `SLUICE_TEMPORAL_PORT is '${text}', which is not a port: give a number from 1 to 65535 or unset it`,
    );
  });
});
