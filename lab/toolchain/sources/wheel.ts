import { join } from 'node:path';
import type { ToolchainContext } from '../context.ts';
import { reportWhile } from '../progress.ts';
import { run } from '../run.ts';
import type { Tool, Wheel } from '../tool.ts';
import { findOnPath } from '../../../downloads/executable.ts';

/** Installs the tool's Python wheel, checked against its pinned hash, below the directory. */
export async function installWheel(
  tool: Tool,
  directory: string,
  context: ToolchainContext,
): Promise<string> {
  const { wheel } = tool;
  if (wheel === undefined) throw new Error('it is not published as a wheel');
  const [command, ...args] = await findPip(context);
  const target = join(directory, 'wheel');
  return reportWhile(
    `installing ${tool.name} ${tool.version} from its wheel`,
    context.onProgress,
    async () => {
      await run(command, [...args, ...installArguments(wheel, target)], {
        // A user installation, if configured, cannot be combined with a target directory.
        env: { ...context.env, PIP_USER: '0' },
        signal: context.signal,
      });
      return join(target, wheel.member);
    },
  );
}

function installArguments({ requirements }: Wheel, target: string): string[] {
  const only = ['--no-deps', '--only-binary', ':all:', '--require-hashes'];
  return [
    'install',
    '--quiet',
    '--no-input',
    '--disable-pip-version-check',
    ...only,
    '--target',
    target,
    '-r',
    requirements,
  ];
}

async function findPip(context: ToolchainContext): Promise<[string, ...string[]]> {
  const python = await findOnPath('python3', context.env);
  if (python !== undefined && (await hasPip(python, context))) return [python, '-m', 'pip'];
  const pip = (await findOnPath('pip', context.env)) ?? (await findOnPath('pip3', context.env));
  if (pip !== undefined) return [pip];
  throw new Error('neither a python3 with pip nor pip is on PATH');
}

async function hasPip(python: string, { env, signal }: ToolchainContext): Promise<boolean> {
  try {
    await run(python, ['-m', 'pip', '--version'], { env, signal });
    return true;
  } catch {
    signal?.throwIfAborted();
    return false;
  }
}
