import { setTimeout as sleep } from 'node:timers/promises';
import { reasonOf } from '../api/clients.ts';
import { toolPath } from '../options.ts';
import { asksMetrics } from '../telemetry/read-metrics.ts';
import { adminPort, bootstrap, metricsPort } from './bootstrap.ts';
import { imageName, type BuiltInResult, type ContainerContext, type Program } from './program.ts';

/** Seconds a drained connection may take; Envoy's own 600 suit a fleet, not a lab. */
const drainSeconds = 2;

const adminTimeout = 5_000;
const bootstrapFile = 'envoy.json';

/** Envoy, for sidecars and gateways. */
export const proxy: Program = {
  name: 'proxyv2',
  matches: (image) => imageName(image).startsWith('proxyv2'),
  role: 'proxy',
  command: (context) => ({
    file: toolPath(context.options, 'envoy'),
    args: envoyArguments(context),
    env: {},
    files: { [bootstrapFile]: JSON.stringify(bootstrap(context), null, 2) },
  }),
  builtIn: (context, command) => {
    const [program, verb, method, path] = command;
    if (program !== 'pilot-agent' || verb !== 'request' || !method || !path) return undefined;
    return request(context, method, path);
  },
  drain: async (context) => {
    await request(context, 'POST', 'drain_listeners?graceful');
    if (context.container.args?.includes('router')) await sleep(drainSeconds * 1000);
  },
};

function envoyArguments({ directory }: ContainerContext): string[] {
  return [
    '--config-path',
    `${directory}/${bootstrapFile}`,
    // Hot restart needs shared memory and a socket of its own for each proxy; a pod's proxy never makes use of it.
    '--disable-hot-restart',
    '--concurrency',
    '1',
    '--log-level',
    'warning',
    '--drain-time-s',
    String(drainSeconds),
    '--drain-strategy',
    'immediate',
  ];
}

/** What `pilot-agent request` does: asks the proxy's admin interface and prints the answer, metrics as Istio has them. */
async function request(context: ContainerContext, method: string, path: string): Promise<BuiltInResult> {
  const port = asksMetrics(path) ? metricsPort : adminPort;
  const url = `http://${context.address}:${port}/${path.replace(/^\//, '')}`;
  try {
    const answer = await fetch(url, { method, signal: AbortSignal.timeout(adminTimeout) });
    const stdout = await answer.text();
    if (answer.ok) return { stdout, stderr: '', exitCode: 0 };
    return { stdout, stderr: `received unsuccessful status code ${answer.status}\n`, exitCode: 1 };
  } catch (error) {
    const stderr = `the proxy's admin interface at ${url} does not answer: ${reasonOf(error)}\n`;
    return { stdout: '', stderr, exitCode: 1 };
  }
}
