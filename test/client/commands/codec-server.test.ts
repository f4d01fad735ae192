import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { Context } from '../../../client/context.ts';
import { formatKeys, newKey } from '../../encryption/support/keys.ts';
import { freePorts } from '../../support/free-ports.ts';
import { ask } from '../codec-server/support/ask.ts';
import { sluice } from '../support/command-line.ts';

jest.setTimeout(30_000);

const env = { SLUICE_ENCRYPTION_KEYS: formatKeys([newKey('2026')]) };

/** Somebody who interrupts what would go on for ever, once they have looked. */
const interrupting = (look: () => Promise<unknown> = () => Promise.resolve()): Partial<Context> => ({
  env,
  untilInterrupted: async () => {
    await look();
    return { interrupted: 'SIGINT' };
  },
});

async function listenArgs(): Promise<[args: string[], port: number]> {
  const [port = 0] = await freePorts(1);
  return [['codec-server', '--listen', `127.0.0.1:${port}`], port];
}

async function originsFor(args: readonly string[], variables: NodeJS.ProcessEnv = {}): Promise<unknown> {
  const [listen] = await listenArgs();
  const context = { ...interrupting(), env: { ...env, ...variables } };
  const { stdout } = await sluice([...listen, ...args, '-o', 'json'], {}, context);
  return (JSON.parse(stdout[0] ?? '') as { origins: unknown }).origins;
}

describe('sluice codec-server', () => {
  it('says where it is and how it is used, answers until it is interrupted, and needs no Temporal server', async () => {
    const [args, port] = await listenArgs();
    const answered: unknown[] = [];
    const look = async () => answered.push((await ask(port, { body: '{}' })).status);
    const ran = await sluice(args, {}, interrupting(look));
    const endpoint = `http://127.0.0.1:${port}`;
    expect(ran).toMatchObject({ exitCode: 0, stdout: [endpoint], settings: [] });
    expect(ran.stderr).toEqual([
      'decrypts for programs of this machine and the Web UI at http://localhost:8233, http://127.0.0.1:8233, http://localhost:8080, http://127.0.0.1:8080; Ctrl-C ends it',
      `CLI: temporal workflow show --workflow-id <id> --detailed --codec-endpoint ${endpoint}`,
      `Web UI: "Configure Codec Server", endpoint ${endpoint}`,
    ]);
    expect(answered).toEqual([200]);
    await expect(ask(port, { body: '{}' })).rejects.toThrow('ECONNREFUSED');
  });

  it('tells, once, which key it lacks: the temporal CLI says of it that a deadline is exceeded', async () => {
    const [args, port] = await listenArgs();
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    const metadata = { encoding: base64('binary/encrypted'), 'encryption-key-id': base64('2019') };
    const body = JSON.stringify({ payloads: [{ metadata }] });
    const look = async () => {
      await ask(port, { body });
      await ask(port, { body });
    };
    const { stderr } = await sluice(args, {}, interrupting(look));
    expect(stderr.slice(3)).toEqual([
      expect.stringContaining('encrypted with the key "2019", and here is 2026'),
    ]);
  });

  it('lets the Web UI of the server ask, or those that are named', async () => {
    expect(await originsFor(['--address', '127.0.0.1:7000'])).toContain('http://localhost:8000');
    expect(await originsFor(['--address', 'a.b.tmprl.cloud:7233'])).toEqual(['https://cloud.temporal.io']);
    expect(await originsFor(['--address', 'temporal.example:7233'])).toEqual([]);
    expect(await originsFor([], { SLUICE_TEMPORAL_UI: 'https://ui.example/temporal' })).toEqual([
      'https://ui.example',
    ]);
    const named = ['--origin', 'https://a.example', '--origin', 'http://b.example:81/'];
    expect(await originsFor(named)).toEqual(['https://a.example', 'http://b.example:81']);
  });

  it('says so where it knows no Web UI', async () => {
    const [args] = await listenArgs();
    const { stderr } = await sluice([...args, '--address', 'temporal.example:7233'], {}, interrupting());
    expect(stderr[0]).toBe(
      'decrypts for programs of this machine and no Web UI (--origin names one); Ctrl-C ends it',
    );
  });

  it('is refused without a key', async () => {
    const { exitCode, stderr } = await sluice(['codec-server'], {}, { ...interrupting(), env: {} });
    expect(exitCode).toBe(2);
    expect(stderr).toEqual([
      'error: no key is set, so nothing could be decrypted: set SLUICE_ENCRYPTION_KEYS_FILE or SLUICE_ENCRYPTION_KEYS as for the workers',
    ]);
  });

  it.each(['0.0.0.0:8234', '[::]:8234', '192.168.1.1:8234', 'localhost:8234', '8234', '127.0.0.1:0'])(
    'does not listen at %s',
    async (listen) => {
      const { exitCode, stderr } = await sluice(['codec-server', '--listen', listen], {}, interrupting());
      expect(exitCode).toBe(2);
      expect(stderr[0]).toContain(
        `argument '${listen}' is invalid. a loopback address and a port are allowed`,
      );
    },
  );

  it('refuses an origin that is none', async () => {
    const { exitCode, stderr } = await sluice(['codec-server', '--origin', '*'], {}, interrupting());
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 2,
      stderr: [expect.stringContaining('the origin "*" is none')],
    });
  });

  it('says that somebody else listens there', async () => {
    const [args, port] = await listenArgs();
    const other = createServer().listen(port, '127.0.0.1');
    await once(other, 'listening');
    const { exitCode, stderr } = await sluice(args, {}, interrupting());
    other.close();
    expect(exitCode).toBe(1);
    expect(stderr[0]).toMatch(
      /^error: cannot listen at 127\.0\.0\.1:\d+: .*EADDRINUSE.*; --listen names another$/,
    );
  });
});

describe('its process', () => {
  const main = fileURLToPath(new URL('../../../client/main.ts', import.meta.url));
  const started: ChildProcess[] = [];
  afterEach(() => {
    for (const child of started.splice(0)) child.kill('SIGKILL');
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('ends at once with %s, whoever is connected', async (signal) => {
    const [args, port] = await listenArgs();
    const child = spawn(process.execPath, [main, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    started.push(child);
    await once(child.stdout, 'data');
    const hanging = ask(port, { headers: { 'Content-Length': '9' } }).catch((error: unknown) => error);
    expect(await ask(port, { body: '{}' })).toMatchObject({ status: 200 });
    const exit = once(child, 'exit');
    child.kill(signal);
    expect(await exit).toEqual([0, null]);
    expect(await hanging).toMatchObject({ code: 'ECONNRESET' });
  });
});
