import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { drain } from './drain.ts';
import type { Environment } from './environment.ts';
import { createFaultKnobs } from './fault-knobs.ts';
import { json, type Call, type Handler, type Reply } from './http.ts';
import { withFaults } from './inject-fault.ts';

/** Names the pod in every answer, also in those that are faults: a load generator counts by it. */
export const podHeader = 'x-pod-name';

/** A Bookinfo program's server. */
export interface Served {
  readonly url: string;
  /** Lets what is in flight finish; resolves when the last connection is gone. */
  readonly stop: () => Promise<void>;
}

/** Serves the handler, with the lab's faults, at the pod's address. */
export async function serve(handler: Handler, environment: Environment): Promise<Served> {
  const currentFault = createFaultKnobs(environment.faultsFile, environment.workload);
  const faulty = withFaults(handler, currentFault);
  const server = createServer((request, response) => {
    response.setHeader(podHeader, environment.podName);
    void answer(server, faulty, request, response);
  });
  // The proxy in front keeps connections and closes them itself: one that we closed first could fail a request.
  server.keepAliveTimeout = 0;
  await listen(server, environment);
  const { address, port } = server.address() as AddressInfo;
  const refusing = refuseOnFault(server, environment, () => currentFault().refuse === true);
  const stop = async () => {
    clearInterval(refusing);
    await drain(server);
  };
  return { url: `http://${address}:${port}`, stop };
}

/** Milliseconds between two looks whether connections are to be refused. */
const refusalInterval = 50;

/** Stops listening while the fault is turned on, and drops the connections that are there. */
function refuseOnFault(server: Server, environment: Environment, refuses: () => boolean): NodeJS.Timeout {
  const look = () => {
    if (refuses() && server.listening) {
      server.close();
      server.closeAllConnections();
    } else if (!refuses() && !server.listening) server.listen(environment.port, environment.address);
  };
  return setInterval(look, refusalInterval).unref();
}

/** Runs a program until SIGTERM: serves, drains, and ends with exit code 0. */
export async function run(handler: Handler, environment: Environment): Promise<void> {
  const served = await serve(handler, environment);
  console.log(`${environment.podName} listens on ${served.url}`);
  process.once('SIGTERM', () => void served.stop().then(() => process.exit(0)));
}

function listen(server: Server, { address, port }: Environment): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, resolve);
  });
}

async function answer(
  server: Server,
  handler: Handler,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const reply = await safely(handler, toCall(request));
  // Told to go elsewhere, the proxy leaves the connection without losing a request on it.
  if (!server.listening) response.setHeader('connection', 'close');
  response.writeHead(reply.status, { ...reply.headers, 'content-length': Buffer.byteLength(reply.body) });
  response.end(request.method === 'HEAD' ? undefined : reply.body);
}

async function safely(handler: Handler, call: Call): Promise<Reply> {
  try {
    return await handler(call);
  } catch (error) {
    console.error(`${call.method} ${call.path}:`, error);
    return json(500, { error: 'internal error' });
  }
}

function toCall(request: IncomingMessage): Call {
  return {
    method: request.method ?? 'GET',
    path: (request.url ?? '/').split('?')[0] ?? '/',
    headers: request.headers,
    body: async () => Buffer.concat(await request.toArray()).toString('utf8'),
  };
}
