import { z } from 'zod';
import type { ToolchainContext } from '../context.ts';
import { run } from '../run.ts';
import { findGo } from './go-build.ts';

/** A module that a `go.mod` of ours pins. */
export interface PinnedModule {
  /** Absolute directory of the `go.mod`. */
  directory: string;
  path: string;
}

const downloaded = z.object({ Dir: z.string() });

/** Directory of a module's sources in Go's own cache; fetched when it is not there. */
export async function moduleDirectory(module: PinnedModule, context: ToolchainContext): Promise<string> {
  const { env, signal } = context;
  const printed = await run(await findGo(context), ['mod', 'download', '-json', module.path], {
    cwd: module.directory,
    env: { ...env, GOWORK: 'off', GOFLAGS: '-mod=readonly' },
    signal,
  });
  // Go may say on the way that it fetches a newer toolchain.
  return downloaded.parse(JSON.parse(printed.slice(printed.indexOf('{')))).Dir;
}
