import { endProcess } from '../process/end.ts';
import { isAlive } from '../process/identity.ts';
import { withLock } from '../process/lock.ts';
import { startProcess } from '../process/start.ts';
import { ensureTool } from '../toolchain/ensure.ts';
import { choosePorts, loopback, type TemporalPorts } from './ports.ts';
import { awaitServing, isServing, ServerEndedError } from './serving.ts';
import { readState, temporalFiles, writeState, type TemporalState } from './state.ts';

/** A running server. */
export interface TemporalServer {
  /** gRPC address, host and port. */
  address: string;
  /** URL of the Web UI. */
  ui: string;
  pid: number;
}

/** How to start a server. */
export interface TemporalOptions {
  /** The lab's state directory: database, log and record go below it. */
  stateDir: string;
  ports?: Partial<TemporalPorts>;
  onProgress?: (line: string) => void;
  signal?: AbortSignal;
  env?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds until the server must serve. */
  timeout?: number;
}

/** Seconds are normal; a loaded machine migrating a new database takes longer. */
const defaultTimeout = 60_000;

/** The server closes its database within two seconds of SIGTERM. */
const stopGrace = 10_000;

/**
 * Starts the Temporal dev server on loopback, detached, and returns when it serves. One that runs already is reused;
 * one that was killed goes on with its database, on the ports it had.
 */
export async function startTemporal(options: TemporalOptions): Promise<TemporalServer> {
  const { stateDir, signal } = options;
  return withLock(
    temporalFiles(stateDir).lock,
    async () => {
      const known = await readState(stateDir);
      const reused = known !== undefined && isRunning(known) ? await reuse(options, known) : undefined;
      return reused ?? serveOrEnd(options, await launch(options, known));
    },
    { signal },
  );
}

/** The server started for this state directory and whether it answers; `null` when none runs. */
export async function temporalStatus(options: {
  stateDir: string;
}): Promise<(TemporalServer & { serving: boolean }) | null> {
  const state = await readState(options.stateDir);
  if (state === undefined || !isRunning(state)) return null;
  const server = toServer(state);
  return { ...server, serving: await isServing(server.ui) };
}

/** Ends the server of this state directory, if one runs; its database and ports are kept for the next start. */
export async function stopTemporal({ stateDir }: { stateDir: string }): Promise<void> {
  const state = await readState(stateDir);
  if (!state?.process) return;
  await endProcess(state.process, { graceMs: stopGrace });
  await writeState(stateDir, { ...state, process: null });
}

type RunningState = TemporalState & { process: NonNullable<TemporalState['process']> };

function isRunning(state: TemporalState): state is RunningState {
  return state.process !== null && isAlive(state.process);
}

// One that was killed a moment ago may still look alive, or answer no more: it is started again.
async function reuse(options: TemporalOptions, state: RunningState): Promise<TemporalServer | undefined> {
  try {
    return await serveOrEnd(options, state);
  } catch (error) {
    if (error instanceof ServerEndedError) return undefined;
    throw error;
  }
}

async function launch(options: TemporalOptions, last: TemporalState | undefined): Promise<RunningState> {
  const { stateDir, env = process.env, onProgress, signal } = options;
  const command = await ensureTool('temporal', {
    env,
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(signal === undefined ? {} : { signal }),
  });
  // One that was killed a moment ago may not have let go of its ports yet.
  if (last?.process) await endProcess(last.process);
  const ports = await choosePorts({ given: options.ports, env, recorded: last?.ports });
  const { log, database } = temporalFiles(stateDir);
  const args = serverArguments(ports, database);
  const { record } = await startProcess({
    name: 'temporal',
    command,
    args,
    env,
    logFile: log,
    detached: true,
  });
  const state = { ports, process: record };
  await writeState(stateDir, state);
  return state;
}

/** The database outlives a killed server with these pragmas, and does not wait for the disk at every write. */
function serverArguments({ frontend, ui }: TemporalPorts, database: string): string[] {
  const listen = ['--ip', loopback, '--port', String(frontend), '--ui-ip', loopback, '--ui-port', String(ui)];
  const pragmas = ['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'];
  return ['server', 'start-dev', ...listen, '--db-filename', database, ...pragmas];
}

// A server that does not come up must not be left behind, holding the ports.
async function serveOrEnd(options: TemporalOptions, state: RunningState): Promise<TemporalServer> {
  const { stateDir, signal, timeout = defaultTimeout } = options;
  const server = toServer(state);
  try {
    const logFile = temporalFiles(stateDir).log;
    await awaitServing({ ui: server.ui, process: state.process, logFile, timeout, signal });
    return server;
  } catch (error) {
    await stopTemporal({ stateDir });
    throw error;
  }
}

function toServer({ ports, process }: RunningState): TemporalServer {
  return {
    address: `${loopback}:${ports.frontend}`,
    ui: `http://${loopback}:${ports.ui}`,
    pid: process.pid,
  };
}
