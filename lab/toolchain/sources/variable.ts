import { resolve } from 'node:path';
import type { ToolchainContext } from '../context.ts';
import type { Tool } from '../tool.ts';
import { isExecutable } from '../../../downloads/executable.ts';

/** Environment variable that may hold the tool's path: `SLUICE_TOOL_KUBE_APISERVER`. */
export function variableOf(toolName: string): string {
  return `SLUICE_TOOL_${toolName.toUpperCase().replaceAll('-', '_')}`;
}

/**
 * Path from the tool's own variable, taken as it is whatever its version. Throws when the variable names nothing that
 * can be run: going on with another binary would hide the mistake.
 */
export async function fromVariable(tool: Tool, context: ToolchainContext): Promise<string | undefined> {
  const variable = variableOf(tool.name);
  const given = context.env[variable];
  if (given === undefined || given === '') return undefined;
  if (await isExecutable(given)) return resolve(given);
  throw new Error(
    `${variable} is '${given}', which is not an executable file: give the path of ${tool.name} ${tool.version} or unset it`,
  );
}
