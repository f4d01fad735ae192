import type { Program } from './images/program.ts';
import type { NodeSettings } from './settings.ts';

/** What a node agent needs to know; see `startNode`. */
export interface NodeOptions extends NodeSettings {
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
