import type { KubeConfig } from '@kubernetes/client-node';
import type { Cluster } from '../access/cluster.ts';
import type { ServerSettings } from './connection/settings.ts';
import type { Session } from './connection/session.ts';
import type { ToolResult, ToolRun } from './run-tool.ts';

/** What the command line touches of the world; tests bring their own. */
export interface Context {
  readonly env: NodeJS.ProcessEnv;
  /** Name of whoever runs the command. */
  readonly user: string;
  /** The one document or text that a command answers with. */
  readonly print: (text: string) => void;
  /** Progress and notices, a line each. */
  readonly note: (line: string) => void;
  readonly readFile: (path: string) => Promise<string>;
  /** Runs a program that others make, to its end. */
  readonly runTool: (run: ToolRun) => Promise<ToolResult>;
  readonly openSession: (settings: ServerSettings) => Promise<Session>;
  readonly reachCluster: (config: KubeConfig) => Promise<Cluster>;
  /** Whether a GET is answered with a page. */
  readonly answers: (url: string) => Promise<boolean>;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Waits for the act, or until a signal says not to. */
  readonly untilInterrupted: <Result>(act: Promise<Result>) => Promise<Result | Interrupted>;
  /** Runs one of our other programs to its end. */
  readonly runProgram: (script: string, args: readonly string[], env: NodeJS.ProcessEnv) => Promise<number>;
  /** Sets the exit code of the command line. */
  readonly exit: (code: number) => void;
}

/** A person, or a system that shuts down, does not want to wait any longer. */
export interface Interrupted {
  readonly interrupted: NodeJS.Signals;
}

/** Whether waiting was cut short. */
export function isInterrupted(value: unknown): value is Interrupted {
  return typeof value === 'object' && value !== null && 'interrupted' in value;
}
