/** The worker process: polls until SIGTERM or SIGINT; everything it says goes to stderr. */
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { formatListenAddress, type ListenAddress } from '../domain/listen-address.ts';
import { messageOf } from '../domain/message-of.ts';
import { readConfig } from './config.ts';
import { notReady } from './health/readiness.ts';
import { serveHealth } from './health/serve-health.ts';
import { serve } from './serve.ts';

const say = (line: string) => process.stderr.write(`${line}\n`);
const ending = new AbortController();

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    say(`${signal}: the worker ends; what it was doing goes on with the next one`);
    ending.abort();
  });
}

// Not left to the event loop: a connection that failed in the middle can keep it alive.
process.exit(await main());

async function main(): Promise<number> {
  try {
    const config = readConfig(process.env);
    installRuntime(config.metricsAddress);
    const readiness = { look: notReady('it starts') };
    const { healthAddress } = config;
    // Before anything else: who waits for a server is alive, and says what it waits for.
    if (healthAddress !== null) await serveHealth(healthAddress, readiness);
    await serve({ config, readiness, signal: ending.signal, say });
    return 0;
  } catch (error) {
    if (ending.signal.aborted && isAbort(error)) return 0;
    say(`worker: ${messageOf(error)}`);
    return 1;
  }
}

function installRuntime(metricsAddress: ListenAddress | null): void {
  const metrics = metricsAddress && { prometheus: { bindAddress: formatListenAddress(metricsAddress) } };
  Runtime.install({
    // Our own handlers listen: the SDK's know nothing of a worker that still waits for its server.
    shutdownSignals: [],
    logger: new DefaultLogger('INFO'),
    telemetryOptions: { logging: { forward: {}, filter: 'WARN' }, ...(metrics && { metrics }) },
  });
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
