import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WebSocketServer, type WebSocket } from 'ws';
import { readExitCode } from '../../../activities/kubernetes/exec.ts';
import { clientFor } from '../../../activities/kubernetes/index.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { activityEnvironment, asActivity } from '../support/activity.ts';
import { startApiServer, statusBody } from '../support/api-server.ts';

let server: Awaited<ReturnType<typeof startApiServer>>;
let urls: string[];
let behave: (socket: WebSocket) => void;
let refuse: boolean;

beforeEach(async () => {
  urls = [];
  refuse = false;
  server = await startApiServer(() => ({ code: 404, body: {} }));
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => [...offered][0] ?? false,
  });
  server.server.on('upgrade', (request, socket, head) => {
    urls.push(request.url ?? '');
    if (refuse) {
      const body = JSON.stringify(statusBody('Forbidden', 'pods "a" is forbidden: cannot create pods/exec'));
      socket.end(`HTTP/1.1 403 Forbidden\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (accepted) => behave(accepted));
  });
});

afterEach(() => server.close());

const target = { namespace: 'shop', pod: 'ratings-1', container: 'ratings' };

function exec(timeout = 5_000, command = ['curl', '-sS', 'a b']) {
  return clientFor({ name: 'test', kubeconfig: server.kubeconfig, context: null }).exec(
    target,
    command,
    timeout,
  );
}

function say(socket: WebSocket, channel: number, text: string): void {
  socket.send(Buffer.concat([Buffer.from([channel]), Buffer.from(text)]));
}

const success = JSON.stringify({ status: 'Success' });

async function waitFor(isDone: () => boolean): Promise<void> {
  while (!isDone()) await sleep(10);
}

/** Writes as fast as the socket takes it, for as long as it is open. */
function flood(socket: WebSocket): void {
  const chunk = Buffer.alloc(1024 * 1024, 1);
  const next = () => {
    if (socket.readyState === socket.OPEN) socket.send(chunk, next);
  };
  next();
}

describe('exec in a pod', () => {
  it('ends a command that says more than a worker should keep', async () => {
    let closed = false;
    behave = (socket) => {
      socket.on('close', () => (closed = true));
      flood(socket);
    };
    await expect(asActivity(() => exec(60_000))).rejects.toMatchObject({
      nonRetryable: true,
      message: 'cannot run curl in shop/ratings-1 (ratings): the answer has more than 64 MiB',
    });
    await waitFor(() => closed);
  });

  it('gives what the command said on either stream, and its exit code', async () => {
    behave = (socket) => {
      say(socket, 1, 'one ');
      say(socket, 1, 'two');
      say(socket, 2, 'warning');
      say(socket, 3, success);
      socket.close();
    };
    await expect(asActivity(() => exec())).resolves.toEqual({
      stdout: 'one two',
      stderr: 'warning',
      exitCode: 0,
    });
    const url = new URL(urls[0] ?? '', 'http://test');
    expect(url.pathname).toBe('/api/v1/namespaces/shop/pods/ratings-1/exec');
    expect(url.searchParams.getAll('command')).toEqual(['curl', '-sS', 'a b']);
    expect(url.searchParams.get('container')).toBe('ratings');
  });

  it('keeps a character whole that two messages share', async () => {
    const star = Buffer.from('★');
    behave = (socket) => {
      socket.send(Buffer.concat([Buffer.from([1]), star.subarray(0, 1)]));
      socket.send(Buffer.concat([Buffer.from([1]), star.subarray(1)]));
      say(socket, 3, success);
      socket.close();
    };
    await expect(asActivity(() => exec())).resolves.toMatchObject({ stdout: '★' });
  });

  it('may be tried again when the connection is lost before the end', async () => {
    behave = (socket) => socket.terminate();
    await expect(asActivity(() => exec())).rejects.toMatchObject({
      nonRetryable: false,
      message: 'cannot run curl in shop/ratings-1 (ratings): the connection was lost',
    });
  });

  it('ends after its timeout when the server falls silent', async () => {
    behave = () => undefined;
    await expect(asActivity(() => exec(100))).rejects.toMatchObject({
      nonRetryable: false,
      message: expect.stringContaining('no end after 100 ms'),
    });
  });

  it('says why the server refused', async () => {
    refuse = true;
    await expect(asActivity(() => exec())).rejects.toMatchObject({
      type: 'AccessDenied',
      message: expect.stringContaining('cannot create pods/exec'),
    });
  });

  it('ends at once when the activity is cancelled', async () => {
    const { environment } = activityEnvironment();
    behave = () => environment.cancel();
    const started = Date.now();
    await expect(environment.run(() => exec(30_000))).rejects.toThrow('CANCELLED');
    expect(Date.now() - started).toBeLessThan(5_000);
  });

  it('reads the exit code of a command that failed', () => {
    const causes = [{ reason: 'ExitCode', message: '7' }];
    expect(readExitCode('x', JSON.stringify({ status: 'Failure', details: { causes } }))).toBe(7);
  });

  it('fails when the command could not be started', () => {
    const text = JSON.stringify({ status: 'Failure', message: 'executable file not found' });
    expect(() => readExitCode('run curl', text)).toThrow('cannot run curl: executable file not found');
  });
});
