import { join } from 'node:path';
import { lockDirectory } from '../paths.ts';
import { withLock } from '../process/lock.ts';
import type { ToolchainContext } from './context.ts';
import { everyTenSeconds, formatElapsed } from './progress.ts';
import { fromCache, keep, withDraftDirectory } from './sources/cache.ts';
import { download } from './sources/download.ts';
import { buildWithGo } from './sources/go-build.ts';
import { fromPath } from './sources/path.ts';
import { fromVariable, variableOf } from './sources/variable.ts';
import { installWheel } from './sources/wheel.ts';
import type { Tool } from './tool.ts';
import { ToolUnavailableError, type FailedAttempt } from './unavailable.ts';
import { messageOf } from '../../domain/message-of.ts';

/** Makes the tool's binary in the directory and gives its path, or throws why it cannot. */
type Maker = (tool: Tool, directory: string, context: ToolchainContext) => Promise<string>;

/** Path of the tool from the first source that has it. */
export async function obtain(tool: Tool, context: ToolchainContext): Promise<string> {
  const found =
    (await fromVariable(tool, context)) ??
    (await fromPath(tool, context)) ??
    (await fromCache(tool, context));
  return found ?? (await obtainOnce(tool, context));
}

// Two runs that need the same tool: the second waits and finds it in the cache.
async function obtainOnce(tool: Tool, context: ToolchainContext): Promise<string> {
  const { env, signal, onProgress } = context;
  const waiting = everyTenSeconds(onProgress);
  const make = async () => (await fromCache(tool, context)) ?? (await makeFirst(tool, context));
  return withLock(join(lockDirectory(env), `${tool.name}-${tool.version}`), make, {
    signal,
    onWait: (waited) => waiting(`waiting for another run to supply ${tool.name} … ${formatElapsed(waited)}`),
  });
}

async function makeFirst(tool: Tool, context: ToolchainContext): Promise<string> {
  const failed: FailedAttempt[] = [
    { source: 'environment', reason: `${variableOf(tool.name)} is not set` },
    { source: 'PATH', reason: `there is no ${tool.name} ${tool.version}` },
  ];
  for (const [source, make] of makersOf(tool)) {
    try {
      return await withDraftDirectory(tool, context, async (directory) =>
        keep(tool, await make(tool, directory, context), context),
      );
    } catch (error) {
      context.signal?.throwIfAborted();
      const reason = messageOf(error);
      context.onProgress(`${tool.name}: no ${source}: ${reason}`);
      failed.push({ source, reason });
    }
  }
  throw new ToolUnavailableError(tool, failed);
}

function makersOf(tool: Tool): [string, Maker][] {
  const rest: [string, Maker] =
    tool.wheel === undefined ? ['Go build', buildWithGo] : ['wheel', installWheel];
  return [['official download', download], rest];
}
