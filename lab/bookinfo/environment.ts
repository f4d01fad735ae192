/** What the node agent tells a Bookinfo program, by environment variables. */
export interface Environment {
  readonly address: string;
  readonly port: number;
  /** As in `reviews-v2-5d8f-x2k`; the page shows which pod's reviews it has. */
  readonly podName: string;
  /** Label `version` of the pod. */
  readonly version: string;
  /** Base URL of the pod's own sidecar; absent where no call leaves the program. */
  readonly mesh: string | undefined;
  /** File of the lab's faults; absent where no fault can be turned on. */
  readonly faultsFile: string | undefined;
  /** Key in that file: the Deployment's name. */
  readonly workload: string;
}

/** Reads the environment of a program of the service. Throws on what it cannot start without. */
export function readEnvironment(service: string, env: NodeJS.ProcessEnv = process.env): Environment {
  const version = env.SERVICE_VERSION ?? 'v1';
  const workload = env.SLUICE_LAB_WORKLOAD ?? `${service}-${version}`;
  return {
    address: required(env, 'POD_IP', 'the loopback address to listen on'),
    port: readPort(env.PORT),
    podName: env.POD_NAME ?? workload,
    version,
    mesh: env.SLUICE_LAB_MESH,
    faultsFile: env.SLUICE_LAB_FAULTS,
    workload,
  };
}

function required(env: NodeJS.ProcessEnv, name: string, meaning: string): string {
  const value = env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set: give ${meaning}`);
  return value;
}

function readPort(given = '9080'): number {
  const port = Number(given);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new Error(`PORT is '${given}': give a number from 0 to 65535`);
}
