import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { toolCache } from '../../paths.ts';
import type { ToolchainContext } from '../context.ts';
import type { Tool } from '../tool.ts';
import { versionMismatch } from '../version-check.ts';
import { isExecutable } from '../../../downloads/executable.ts';

/** The tool as an earlier run left it. */
export async function fromCache(tool: Tool, context: ToolchainContext): Promise<string | undefined> {
  const binary = join(cacheOf(tool, context), tool.name);
  return (await isExecutable(binary)) ? binary : undefined;
}

/** Puts a new binary into the cache, once it is seen to be the right version. Nobody sees half of one. */
export async function keep(tool: Tool, binary: string, context: ToolchainContext): Promise<string> {
  await chmod(binary, 0o755);
  const mismatch = await versionMismatch(tool, binary, context);
  if (mismatch !== undefined) throw new Error(mismatch);
  const place = join(cacheOf(tool, context), tool.name);
  await rename(binary, place);
  return place;
}

/** Gives an empty directory beside the tool's place in the cache, and removes it afterwards. Needs the tool's lock. */
export async function withDraftDirectory<T>(
  tool: Tool,
  context: ToolchainContext,
  action: (directory: string) => Promise<T>,
): Promise<T> {
  const draft = join(cacheOf(tool, context), 'draft');
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  try {
    return await action(draft);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

function cacheOf(tool: Tool, { env }: ToolchainContext): string {
  return join(toolCache(env), tool.name, tool.version);
}
