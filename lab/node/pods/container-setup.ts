import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { startProcess, type StartedProcess } from '../../process/start.ts';
import { markVariable } from '../../supervisor/mark.ts';
import { nodeAddress } from '../addresses.ts';
import type { Clients } from '../api/clients.ts';
import type { Container, Pod } from '../api/models.ts';
import type { CommandLine, ContainerContext, Program } from '../images/program.ts';
import type { NodeOptions } from '../options.ts';
import { resolveEnvironment } from './environment.ts';
import { podTitle } from './workload.ts';

/** A container of a pod and everything its process needs. */
export interface ContainerSetup {
  pod: Pod;
  container: Container;
  program: Program | undefined;
  address: string;
  /** The pod's directory. */
  directory: string;
  clients: Clients;
  options: NodeOptions;
}

/** A container as it was started: what `exec`, probes and draining refer to. */
export interface Launch {
  context: ContainerContext;
  /** The whole environment of its process. */
  env: Readonly<Record<string, string>>;
  process: StartedProcess;
}

/** File in a pod's directory that names the pod's processes. */
export const recordName = 'processes.json';

/** File that a container's output is appended to. */
export function logFile(directory: string, container: string): string {
  return join(directory, `${container}.log`);
}

/** Reads what the container's environment refers to. Throws when something of it is missing. */
export async function prepare(setup: ContainerSetup): Promise<ContainerContext> {
  const { pod, container, address, directory, clients, options } = setup;
  const hostAddress = nodeAddress(options.block);
  const env = await resolveEnvironment(container, { pod, address, hostAddress, core: clients.core });
  return { pod, container, address, env, directory, options };
}

/** Starts the container's process. Throws when it cannot be started. */
export async function launch(
  setup: ContainerSetup,
  program: Program,
  context: ContainerContext,
): Promise<Launch> {
  const { directory, container } = setup;
  const command = program.command(context);
  await writeFiles(directory, command.files ?? {});
  const env = processEnvironment(context, command);
  const process = await startProcess({
    name: `${podTitle(setup.pod)}/${container.name}`,
    command: command.file,
    args: command.args,
    env,
    cwd: directory,
    logFile: logFile(directory, container.name),
    // In a session of its own, so that an interrupt at a terminal does not reach it.
    detached: true,
    recordFile: join(directory, recordName),
  });
  return { context, env, process };
}

/**
 * Like a container, a process gets nothing of this machine's environment but the path of its programs, and the mark
 * by which the lab finds its own.
 */
function processEnvironment(
  { env, directory }: ContainerContext,
  command: CommandLine,
): Record<string, string> {
  const mark = process.env[markVariable];
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: directory,
    ...(mark !== undefined && { [markVariable]: mark }),
    ...env,
    ...command.env,
  };
}

async function writeFiles(directory: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const path = join(directory, name);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(path, text, { mode: 0o600 });
  }
}
