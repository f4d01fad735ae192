import type { KubeConfig } from '@kubernetes/client-node';
import { ApplicationFailure, Context } from '@temporalio/activity';
import type { WebSocket } from 'ws';
import * as z from 'zod';
import { BoundedBytes, longestPodAnswer, tooLong } from '../requests/read-bounded.ts';
import { timeLimit } from '../time-limit.ts';
import { apiFailureType, longestMessage } from './failure.ts';
import { openPodSocket } from './pod-socket.ts';

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
 * Runs a command in a container over a WebSocket and waits for its end.
 * @param config leads to the API server
 * @param target the container
 * @param command words, the program first
 * @param timeout milliseconds that it may take
 * @throws ApplicationFailure as `failure.ts` says
 */
export async function execInPod(
  config: KubeConfig,
  target: ExecTarget,
  command: readonly string[],
  timeout: number,
): Promise<ExecResult> {
  const { namespace, pod, container } = target;
  const what = `run ${command[0] ?? ''} in ${namespace}/${pod} (${container})`;
  const { cancellationSignal } = Context.current();
  const { socket, broken } = await openPodSocket(config, {
    namespace,
    pod,
    action: 'exec',
    query: [
      ['container', container],
      ['stdout', 'true'],
      ['stderr', 'true'],
      ...command.map((word) => ['command', word] as const),
    ],
    protocols: ['v5.channel.k8s.io', 'v4.channel.k8s.io'],
    what,
  });
  const signal = AbortSignal.any([cancellationSignal, timeLimit(timeout)]);
  try {
    return await Promise.race([converse(socket, what, signal), broken]);
  } catch (error) {
    cancellationSignal.throwIfAborted();
    if (!signal.aborted) throw error;
    throw ApplicationFailure.retryable(`cannot ${what}: no end after ${timeout} ms`, apiFailureType);
  } finally {
    socket.terminate();
  }
}

async function converse(socket: WebSocket, what: string, signal: AbortSignal): Promise<ExecResult> {
  const said = new Map<number, BoundedBytes>(
    Object.values(channels).map((one) => [one, new BoundedBytes(longestPodAnswer)]),
  );
  await new Promise<void>((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    if (signal.aborted) reject(signal.reason as Error);
    socket.on('message', (data: Buffer) => {
      if (said.get(data[0] ?? -1)?.add(data.subarray(1)) !== false) return;
      reject(ApplicationFailure.nonRetryable(`cannot ${what}: ${tooLong(longestPodAnswer)}`, apiFailureType));
    });
    socket.on('close', () => resolve());
  });
  const textOf = (channel: number) => said.get(channel)?.text() ?? '';
  const exitCode = readExitCode(what, textOf(channels.status));
  return { stdout: textOf(channels.stdout), stderr: textOf(channels.stderr), exitCode };
}

/** The `metav1.Status` that ends an exec, as far as it is read. */
const execStatus = z.object({
  status: z.string(),
  message: z.string().optional(),
  details: z
    .object({
      causes: z.array(z.object({ reason: z.string().optional(), message: z.string().optional() })).optional(),
    })
    .optional(),
});

/** The exit code in the Status that ends an exec; fails when the command did not run at all. */
export function readExitCode(what: string, text: string): number {
  if (text === '')
    throw ApplicationFailure.retryable(`cannot ${what}: the connection was lost`, apiFailureType);
  const status = parseStatus(what, text);
  if (status.status === 'Success') return 0;
  const cause = status.details?.causes?.find(({ reason }) => reason === 'ExitCode');
  if (cause === undefined) {
    throw ApplicationFailure.retryable(
      `cannot ${what}: ${(status.message ?? text).slice(0, longestMessage)}`,
      apiFailureType,
    );
  }
  if (/^\d{1,3}$/.test(cause.message ?? '')) return Number(cause.message);
  throw ApplicationFailure.retryable(`cannot ${what}: it ended with no exit code`, apiFailureType);
}

function parseStatus(what: string, text: string): z.output<typeof execStatus> {
  const { data } = execStatus.safeParse(parseJson(text));
  if (data !== undefined) return data;
  throw ApplicationFailure.retryable(`cannot ${what}: it ended with ${text.slice(0, 200)}`, apiFailureType);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
