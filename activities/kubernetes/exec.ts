import type { KubeConfig } from '@kubernetes/client-node';
import { ApplicationFailure, Context } from '@temporalio/activity';
import { WebSocket, type ClientOptions } from 'ws';
import { apiFailure, apiFailureType, readStatus } from './failure.ts';
import { timeLimit } from '../time-limit.ts';
import { authenticate, unreachable } from './transport.ts';

export interface ExecTarget {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

export interface ExecResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** Channels of `v5.channel.k8s.io`: the first byte of every message. */
const channels = { stdout: 1, stderr: 2, status: 3 } as const;

/**
 * Runs a command in a container over a WebSocket and waits for its end, at most `timeout` ms. Not by the client
 * library's Exec, which tells nothing of why a server refused, and waits for ever on one that falls silent.
 */
export async function execInPod(
  config: KubeConfig,
  target: ExecTarget,
  command: readonly string[],
  timeout: number,
): Promise<ExecResult> {
  const what = `run ${command[0] ?? ''} in ${target.namespace}/${target.pod} (${target.container})`;
  const url = urlOf(config.getCurrentCluster()?.server ?? '', target, command);
  const options: ClientOptions = {};
  await authenticate(what, () => config.applyToHTTPSOptions(options));
  const { cancellationSignal } = Context.current();
  const signal = AbortSignal.any([cancellationSignal, timeLimit(timeout)]);
  const socket = new WebSocket(url, ['v5.channel.k8s.io', 'v4.channel.k8s.io'], options);
  try {
    return await converse(socket, what, url, signal);
  } catch (error) {
    cancellationSignal.throwIfAborted();
    if (!signal.aborted) throw error;
    throw ApplicationFailure.retryable(`cannot ${what}: no end after ${timeout} ms`, apiFailureType);
  } finally {
    socket.terminate();
  }
}

function urlOf(server: string, target: ExecTarget, command: readonly string[]): string {
  const url = new URL(server.replace(/\/$/, ''));
  url.protocol = url.protocol === 'http:' ? 'ws:' : 'wss:';
  url.pathname += `${url.pathname.endsWith('/') ? '' : '/'}api/v1/namespaces/${target.namespace}/pods/${target.pod}/exec`;
  url.searchParams.set('container', target.container);
  url.searchParams.set('stdout', 'true');
  url.searchParams.set('stderr', 'true');
  for (const word of command) url.searchParams.append('command', word);
  return url.href;
}

async function converse(
  socket: WebSocket,
  what: string,
  url: string,
  signal: AbortSignal,
): Promise<ExecResult> {
  const parts: Record<number, Buffer[]> = {
    [channels.stdout]: [],
    [channels.stderr]: [],
    [channels.status]: [],
  };
  const textOf = (channel: number) => Buffer.concat(parts[channel] ?? []).toString('utf8');
  await new Promise<void>((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    if (signal.aborted) reject(signal.reason as Error);
    socket.on('message', (data: Buffer) => parts[data[0] ?? -1]?.push(data.subarray(1)));
    socket.on('unexpected-response', (_request, response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
      response.on('end', () => reject(apiFailure(what, readStatus(response.statusCode ?? 0, body))));
    });
    socket.on('error', (error) => reject(unreachable(what, url, error)));
    socket.on('close', () => resolve());
  });
  const exitCode = readExitCode(what, textOf(channels.status));
  return { stdout: textOf(channels.stdout), stderr: textOf(channels.stderr), exitCode };
}

/** The exit code in the Status that ends an exec; fails when the command did not run at all. */
export function readExitCode(what: string, text: string): number {
  if (text === '')
    throw ApplicationFailure.retryable(`cannot ${what}: the connection was lost`, apiFailureType);
  const status = parseStatus(what, text);
  if (status.status === 'Success') return 0;
  const cause = status.details?.causes?.find(({ reason }) => reason === 'ExitCode');
  if (cause === undefined) {
    throw ApplicationFailure.retryable(`cannot ${what}: ${status.message ?? text}`, apiFailureType);
  }
  return Number(cause.message);
}

function parseStatus(what: string, text: string): ExecStatus {
  try {
    return JSON.parse(text) as ExecStatus;
  } catch {
    throw ApplicationFailure.retryable(`cannot ${what}: it ended with ${text.slice(0, 200)}`, apiFailureType);
  }
}

interface ExecStatus {
  readonly status: string;
  readonly message?: string;
  readonly details?: { readonly causes?: readonly { readonly reason?: string; readonly message?: string }[] };
}
