import type { ToolchainContext } from './context.ts';
import { run } from './run.ts';
import type { Tool } from './tool.ts';
import { messageOf } from '../../domain/message-of.ts';

/** A tool that takes longer to say its version is broken. */
const versionTimeout = 20_000;

/** Why this binary is not the tool in its right version; `undefined` when it is. */
export async function versionMismatch(
  tool: Tool,
  binary: string,
  context: ToolchainContext,
): Promise<string | undefined> {
  try {
    const { env, signal } = context;
    const printed = await run(binary, tool.versionArgs, { env, signal, timeout: versionTimeout });
    const version = tool.versionPattern.exec(printed)?.[1];
    return version === tool.version
      ? undefined
      : `it is ${version ?? 'of unknown version'}, not ${tool.version}`;
  } catch (error) {
    context.signal?.throwIfAborted();
    return `it does not run: ${messageOf(error)}`;
  }
}
