import { createServer, type AddressInfo } from 'node:net';
import { webUiDistance } from '../../domain/defaults.ts';

/** Ports of a Temporal server, on 127.0.0.1. */
export interface TemporalPorts {
  /** gRPC: what workers and clients connect to. */
  frontend: number;
  /** Web UI. */
  ui: number;
}

const highestPort = 65_535;

/** The one address everything listens on. */
export const loopback = '127.0.0.1';

const standardFrontend = 7233;

const variables: Record<keyof TemporalPorts, string> = {
  frontend: 'SLUICE_TEMPORAL_PORT',
  ui: 'SLUICE_TEMPORAL_UI_PORT',
};

/** Where ports may come from, strongest first. */
export interface PortWishes {
  given: Partial<TemporalPorts> | undefined;
  env: Readonly<Record<string, string | undefined>>;
  /** Those of the server's last run: whoever knows its address finds it again. */
  recorded: TemporalPorts | undefined;
}

/**
 * Ports for a server: those given, of `SLUICE_TEMPORAL_PORT` and `SLUICE_TEMPORAL_UI_PORT`, of its last run, Temporal's
 * own 7233, or a free one; the UI's 1000 above. Throws when a given one is not a port or is taken.
 */
export async function choosePorts(wishes: PortWishes): Promise<TemporalPorts> {
  const frontend = await choosePort('frontend', wishes, standardFrontend);
  return { frontend, ui: await choosePort('ui', wishes, frontend + webUiDistance, frontend) };
}

async function choosePort(
  kind: keyof TemporalPorts,
  wishes: PortWishes,
  usual: number,
  taken?: number,
): Promise<number> {
  const wanted = wishes.given?.[kind] ?? portOfVariable(variables[kind], wishes.env);
  const usable = async (port: number) => port !== taken && port <= highestPort && (await isFree(port));
  if (wanted !== undefined) {
    if (await usable(wanted)) return wanted;
    throw new Error(
      `port ${wanted} is taken by another process: give Temporal a free one by ${variables[kind]}`,
    );
  }
  for (const port of [wishes.recorded?.[kind], usual]) {
    if (port !== undefined && (await usable(port))) return port;
  }
  return listenOnce(0);
}

function portOfVariable(variable: string, env: PortWishes['env']): number | undefined {
  const text = env[variable];
  if (text === undefined || text === '') return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= highestPort) return port;
  throw new Error(
    `${variable} is '${text}', which is not a port: give a number from 1 to ${highestPort} or unset it`,
  );
}

async function isFree(port: number): Promise<boolean> {
  try {
    await listenOnce(port);
    return true;
  } catch (error) {
    if (['EADDRINUSE', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

/** Listens for a moment; gives the port, chosen by the kernel when 0 was asked for. */
async function listenOnce(port: number): Promise<number> {
  const server = createServer();
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.once('error', reject);
  server.listen({ port, host: loopback, exclusive: true }, () => {
    const { port: bound } = server.address() as AddressInfo;
    server.close(() => resolve(bound));
  });
  return promise;
}
