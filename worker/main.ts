/** The worker process: polls until SIGTERM or SIGINT; everything it says goes to stderr. */
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { readConfig } from './config.ts';
import { serve } from './serve.ts';
import { messageOf } from '../domain/message-of.ts';

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
    // Our own handlers listen: the SDK's know nothing of a worker that still waits for its server.
    Runtime.install({
      shutdownSignals: [],
      logger: new DefaultLogger('INFO'),
      telemetryOptions: { logging: { forward: {}, filter: 'WARN' } },
    });
    await serve({ config: readConfig(process.env), signal: ending.signal, say });
    return 0;
  } catch (error) {
    if (ending.signal.aborted && isAbort(error)) return 0;
    say(`worker: ${messageOf(error)}`);
    return 1;
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
