import type { Container, Pod } from '../api/models.ts';
import type { NodeSettings } from '../settings.ts';

/** A container about to be started as a process. */
export interface ContainerContext {
  pod: Pod;
  container: Container;
  address: string;
  /** The container's own environment, references resolved. */
  env: Readonly<Record<string, string>>;
  /** The pod's directory, for generated files. */
  directory: string;
  options: NodeSettings;
}

/** What runs instead of a container. */
export interface CommandLine {
  file: string;
  args: readonly string[];
  /** Laid over the container's own environment. */
  env: Readonly<Record<string, string>>;
  /** Files to write before the start: name in the pod's directory, text. */
  files?: Readonly<Record<string, string>>;
}

/** Answer of a command that is not a process here. */
export interface BuiltInResult {
  stdout: string;
  stderr: string;
  exitCode: number;
}

/** How the containers of some images are run. One row of the image table. */
export interface Program {
  name: string;
  matches(image: string): boolean;
  /**
   * `application` pods are destinations in the mesh, `control` shares the node's address, `proxy` is an Envoy: it
   * ends after the applications it serves; `task` is none of these.
   */
  role: 'application' | 'control' | 'proxy' | 'task';
  command(context: ContainerContext): CommandLine;
  /** Whether it only stands where the image would run. */
  isStandIn?: boolean;
  /** TCP port that makes a container without a readiness probe ready. */
  readyPort?: number;
  /** Answers a command of `exec` in the agent; `undefined` runs it as a process. */
  builtIn?(context: ContainerContext, command: readonly string[]): Promise<BuiltInResult> | undefined;
  /** Called before SIGTERM, so that clients go away on their own. */
  drain?(context: ContainerContext): Promise<void>;
}

/** Version in an image's tag, such as 1.31.0; `undefined` for a tag such as `latest`. */
export function versionInTag(image: string): string | undefined {
  return /:v?(\d+\.\d+\.\d+)/.exec(image)?.[1];
}

/** Last part of an image's path without registry, tag and digest. */
export function imageName(image: string): string {
  const path = image.split('@')[0] ?? image;
  return (path.split('/').at(-1) ?? path).split(':')[0] ?? path;
}
