import { homedir } from 'node:os';
import { join } from 'node:path';
import { cacheDirectory, xdgDirectory } from '../downloads/directories.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where one lab keeps what; every path is absolute. */
export interface LabPaths {
  /** The lab's own directory; everything below is inside it. */
  root: string;
  lab: string;
  kubeconfig: string;
  pki: string;
  etcd: string;
  prometheus: string;
  temporal: string;
  logs: string;
  pods: string;
  faults: string;
  processes: string;
}

/** A name becomes a directory, a kubeconfig context and part of workflow ids. */
const labName = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;

/** Root of everything labs keep between commands: `$XDG_STATE_HOME/sluice`. */
export function stateDirectory(env: Environment = process.env): string {
  return join(xdgDirectory(env.XDG_STATE_HOME, join(homedir(), '.local', 'state')), 'sluice');
}

/** Directory of the lab with this name. Throws on a name that cannot be one. */
export function labDirectory(name: string, env: Environment = process.env): string {
  if (!labName.test(name)) {
    throw new Error(
      `lab name '${name}' is not usable: give 1 to 40 lower-case letters, digits and hyphens, such as 'default'`,
    );
  }
  return join(stateDirectory(env), 'labs', name);
}

/** All paths of the lab with this name. */
export function labPaths(name: string, env: Environment = process.env): LabPaths {
  const root = labDirectory(name, env);
  return {
    root,
    lab: join(root, 'lab.json'),
    kubeconfig: join(root, 'kubeconfig'),
    pki: join(root, 'pki'),
    etcd: join(root, 'etcd'),
    prometheus: join(root, 'prometheus'),
    temporal: join(root, 'temporal'),
    logs: join(root, 'logs'),
    pods: join(root, 'pods'),
    faults: join(root, 'faults.json'),
    processes: join(root, 'processes.json'),
  };
}

/** Directory of the cached tools, one folder a tool and version. */
export function toolCache(env: Environment = process.env): string {
  return join(cacheDirectory(env), 'tools');
}

/** Directory of the locks that keep two runs from fetching or building the same tool. */
export function lockDirectory(env: Environment = process.env): string {
  return join(cacheDirectory(env), 'locks');
}
