import { execa } from 'execa';
import { childEnvironment } from '../domain/child-environment.ts';

/** Longest run of a tool, in ms: a chart may have to come from a slow registry. */
const timeout = 3 * 60_000;

export interface ToolRun {
  readonly command: string;
  readonly args: readonly string[];
  /** What it reads on stdin. */
  readonly input?: string;
}

export interface ToolResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** True when there is no such program, or it may not be run. */
  readonly missing: boolean;
}

/** Runs a program without a shell, and without keys of Temporal or of encryption in its environment, to its end. */
export async function runTool({ command, args, input = '' }: ToolRun): Promise<ToolResult> {
  const result = await execa(command, args, {
    env: childEnvironment(process.env, 'cluster'),
    extendEnv: false,
    input,
    reject: false,
    timeout,
  });
  return {
    exitCode: result.exitCode ?? 1,
    stdout: result.stdout,
    stderr: result.stderr || (result.shortMessage ?? ''),
    missing: result.code === 'ENOENT' || result.code === 'EACCES',
  };
}
