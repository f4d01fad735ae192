import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import WebSocket, { WebSocketServer } from 'ws';
import type { KubernetesStatus } from '../../../../lab/node/api/models.ts';
import { serveExec } from '../../../../lab/node/kubelet/exec.ts';
import type { ContainerRunner } from '../../../../lab/node/pods/container.ts';
import { context, standIn } from '../support/fixtures.ts';

const program = standIn('', {
  builtIn: (_, [name]) =>
    name === 'built-in'
      ? Promise.resolve({ stdout: 'x'.repeat(100_000), stderr: 'e', exitCode: 2 })
      : undefined,
});
const launch = { context: context({ directory: '/' }), env: { GREETING: 'hello', PATH: '/usr/bin:/bin' } };
const container = { setup: { program }, launch } as unknown as ContainerRunner;

let server: WebSocketServer;

beforeEach(async () => {
  server = new WebSocketServer({ host: '127.3.9.4', port: 0 });
  await once(server, 'listening');
});

afterEach(() => server.close());

interface Answer {
  stdout: string;
  stderr: string;
  status: KubernetesStatus;
  longest: number;
}

async function exec(command: string[], runner: ContainerRunner | undefined = container): Promise<Answer> {
  const query = new URLSearchParams({ output: '1', error: '1' });
  for (const part of command) query.append('command', part);
  server.once('connection', (socket) => void serveExec(socket, runner, query));
  const client = new WebSocket(`ws://127.3.9.4:${(server.address() as AddressInfo).port}`);
  const channels = new Map<number, Buffer[]>();
  let longest = 0;
  client.on('message', (data: Buffer) => {
    longest = Math.max(longest, data.length);
    const channel = data[0] ?? 0;
    channels.set(channel, [...(channels.get(channel) ?? []), data.subarray(1)]);
  });
  await once(client, 'close');
  const text = (channel: number) => Buffer.concat(channels.get(channel) ?? []).toString();
  return { stdout: text(1), stderr: text(2), status: JSON.parse(text(3)) as KubernetesStatus, longest };
}

describe('exec', () => {
  it("runs a command in the container's environment, without a shell", async () => {
    const answer = await exec(['printenv', 'GREETING']);
    expect(answer).toMatchObject({ stdout: 'hello\n', stderr: '', status: { status: 'Success' } });
    expect((await exec(['echo', '$GREETING; ls'])).stdout).toBe('$GREETING; ls\n');
  });

  it('reports errors and the exit code', async () => {
    const { stderr, status } = await exec(['sh', '-c', 'echo no >&2; exit 7']);
    expect(stderr).toBe('no\n');
    expect(status).toMatchObject({
      status: 'Failure',
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: '7' }] },
    });
  });

  it('says that a command does not exist', async () => {
    const { status } = await exec(['no-such-command', 'x']);
    expect(status).toMatchObject({ status: 'Failure', code: 500 });
    expect(status.message).toContain("cannot run 'no-such-command x'");
  });

  it('says that the container does not run', async () => {
    const { status } = await exec(['ls'], { setup: { program } } as unknown as ContainerRunner);
    expect(status.message).toContain('not running');
  });

  it('sends the answer of a built-in command in pieces', async () => {
    const { stdout, stderr, status, longest } = await exec(['built-in']);
    expect(stdout).toHaveLength(100_000);
    expect(stderr).toBe('e');
    expect(status.details?.causes?.[0]?.message).toBe('2');
    expect(longest).toBeLessThanOrEqual(64 * 1024 + 1);
  });

  it('ends the command when the client goes away', async () => {
    const query = new URLSearchParams([
      ['command', 'sleep'],
      ['command', '60'],
    ]);
    const ended = new Promise<void>((resolve) => {
      server.once('connection', (socket) => void serveExec(socket, container, query).then(resolve));
    });
    const client = new WebSocket(`ws://127.3.9.4:${(server.address() as AddressInfo).port}`);
    await once(client, 'open');
    client.close();
    await expect(ended).resolves.toBeUndefined();
  });
});
