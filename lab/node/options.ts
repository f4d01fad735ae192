import type { Program } from './images/program.ts';

/** Takes one progress line. */
export type Log = (line: string) => void;

/** Server certificate of the kubelet endpoint and the authority of its clients: each a path or PEM text. */
export interface KubeletTls {
  cert: string;
  key: string;
  clientCa: string;
}

/** What a node agent needs to know; see `startNode`. */
export interface NodeOptions {
  /** Path of the kubeconfig, which istiod is given too. */
  kubeconfig: string;
  /** Context of the kubeconfig; its current one when left out. */
  context?: string;
  /** First two octets of the lab's addresses, such as `127.80`. */
  block: string;
  /** Holds a directory for each pod: logs, records of its processes, generated configuration. */
  directory: string;
  /** Paths of `pilot-discovery` and `envoy`. */
  tools: Readonly<Record<string, string>>;
  kubeletTls: KubeletTls;
  /** Faults that the Bookinfo programs obey. */
  faultsFile: string;
  log: Log;
  /** Programs looked at before the lab's own, so that a test can stand in for an image. */
  programs?: readonly Program[];
}

/** Name of the one node. */
export const nodeName = 'sluice-lab';

/** Namespace Istio is installed in. */
export const meshNamespace = 'istio-system';

/** Label by which a Sidecar or EnvoyFilter selects the proxy of exactly one pod. */
export const podLabel = 'lab.sluice.dev/pod';

/** Checks what a caller can get wrong. Throws with the remedy. */
export function checkOptions(options: NodeOptions): void {
  if (!/^127\.\d{1,3}$/.test(options.block)) {
    throw new Error(`block '${options.block}' is not a loopback block: give two octets such as '127.80'`);
  }
  for (const tool of ['pilot-discovery', 'envoy']) toolPath(options, tool);
}

/** Path of a tool. Throws when it was not given. */
export function toolPath(options: Pick<NodeOptions, 'tools'>, tool: string): string {
  const path = options.tools[tool];
  if (!path) throw new Error(`no path of ${tool} was given: set tools['${tool}']`);
  return path;
}
