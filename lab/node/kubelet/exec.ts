import type { WebSocket } from 'ws';
import { reasonOf } from '../api/clients.ts';
import type { KubernetesStatus } from '../api/models.ts';
import type { Launch } from '../pods/container-setup.ts';
import type { ContainerRunner } from '../pods/container.ts';
import { runCommand } from '../pods/run-command.ts';
import { exitStatus, failedStatus } from './exec-status.ts';
import { flag } from './route.ts';

/** Subprotocols of exec, best first; in both the first byte of a message is its channel. */
export const execProtocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

const channels = { stdout: 1, stderr: 2, status: 3 };

/** What the API server asks a node for; its own clients say `stdout` and `stderr` to it. */
const streamFlags = { stdout: 'output', stderr: 'error' } as const;

/** Longest message: a proxy's configuration is megabytes, which no reader should have to take at once. */
const chunkSize = 64 * 1024;

/** Runs the command of an exec request in a container and sends its output and exit code through the socket. */
export async function serveExec(
  socket: WebSocket,
  container: ContainerRunner | undefined,
  query: URLSearchParams,
): Promise<void> {
  const status = await execute(socket, container, query);
  send(socket, channels.status, Buffer.from(JSON.stringify(status)));
  socket.close(1000);
}

async function execute(
  socket: WebSocket,
  container: ContainerRunner | undefined,
  query: URLSearchParams,
): Promise<KubernetesStatus> {
  const launch = container?.launch;
  if (launch === undefined) return failedStatus('container not found or not running');
  const command = query.getAll('command');
  try {
    const builtIn = container?.setup.program?.builtIn?.(launch.context, command);
    if (builtIn === undefined) return exitStatus(await runInContainer(socket, launch, command, query));
    const { stdout, stderr, exitCode } = await builtIn;
    sendAll(socket, channels.stdout, Buffer.from(stdout));
    sendAll(socket, channels.stderr, Buffer.from(stderr));
    return exitStatus(exitCode);
  } catch (error) {
    return failedStatus(`cannot run '${command.join(' ')}': ${reasonOf(error)}`);
  }
}

async function runInContainer(
  socket: WebSocket,
  launch: Launch,
  command: readonly string[],
  query: URLSearchParams,
): Promise<number> {
  const gone = new AbortController();
  socket.on('close', () => gone.abort());
  const forward = (stream: keyof typeof streamFlags) => (chunk: Buffer) => {
    if (flag(query, streamFlags[stream])) sendAll(socket, channels[stream], chunk);
  };
  return runCommand(launch, command, {
    stdout: forward('stdout'),
    stderr: forward('stderr'),
    signal: gone.signal,
  });
}

function sendAll(socket: WebSocket, channel: number, data: Buffer): void {
  for (let from = 0; from < data.length; from += chunkSize) {
    send(socket, channel, data.subarray(from, from + chunkSize));
  }
}

function send(socket: WebSocket, channel: number, data: Buffer): void {
  if (socket.readyState === socket.OPEN) socket.send(Buffer.concat([Buffer.of(channel), data]));
}
