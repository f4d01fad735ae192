/** The connection to Temporal, which may come up later than the worker. */
import { setTimeout as sleep } from 'node:timers/promises';
import { NativeConnection } from '@temporalio/worker';
import type { WorkerConfig } from './config.ts';
import { messageOf } from '../domain/message-of.ts';

export interface Patience {
  /** Milliseconds to keep trying. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** Between two attempts, in ms. */
const pause = 1_000;

/**
 * Connects to a server that has the namespace, and keeps trying for as long as it may: a server that is being set
 * up answers before its namespaces are there.
 * @throws Error that names the address and what to do; the signal's reason when aborted
 */
export async function connect(
  config: Pick<WorkerConfig, 'connection' | 'namespace'>,
  { timeout, signal, say }: Patience,
): Promise<NativeConnection> {
  const { address } = config.connection;
  const deadline = performance.now() + timeout;
  let told = '';
  for (;;) {
    signal.throwIfAborted();
    try {
      return await connectOnce(config);
    } catch (error) {
      const reason = reasonOf(error);
      if (performance.now() >= deadline) throw unreachable(address, timeout, reason);
      if (reason !== told) say(`waiting for Temporal at ${address}: ${reason}`);
      told = reason;
    }
    await sleep(pause, undefined, { signal });
  }
}

async function connectOnce({
  connection: options,
  namespace,
}: Pick<WorkerConfig, 'connection' | 'namespace'>): Promise<NativeConnection> {
  const connection = await NativeConnection.connect(options);
  try {
    await connection.workflowService.describeNamespace({ namespace });
    return connection;
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** The gRPC library prints its own inside; the words of the operating system or of the server are among it. */
function reasonOf(error: unknown): string {
  const text = messageOf(error);
  return /message: "([^"]+)"/.exec(text)?.[1] ?? text.split('\n')[0] ?? text;
}

function unreachable(address: string, timeout: number, reason: string): Error {
  const seconds = Math.round(timeout / 1000);
  return new Error(
    `Temporal at ${address} was not there for ${seconds} s (${reason}): ` +
      'start it, or name another in TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE',
  );
}
