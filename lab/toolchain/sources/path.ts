import type { ToolchainContext } from '../context.ts';
import type { Tool } from '../tool.ts';
import { versionMismatch } from '../version-check.ts';
import { findOnPath } from '../../../downloads/executable.ts';

/** The tool on PATH, if it has the right version; another version is ignored and reported. */
export async function fromPath(tool: Tool, context: ToolchainContext): Promise<string | undefined> {
  const found = await findOnPath(tool.name, context.env);
  if (found === undefined) return undefined;
  const mismatch = await versionMismatch(tool, found, context);
  if (mismatch === undefined) return found;
  context.onProgress(`ignoring ${found}: ${mismatch}`);
  return undefined;
}
