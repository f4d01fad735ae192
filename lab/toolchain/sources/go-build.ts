import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ToolchainContext } from '../context.ts';
import { reportWhile } from '../progress.ts';
import { run } from '../run.ts';
import type { GoBuild, Tool } from '../tool.ts';
import { neededGo } from '../versions.ts';
import { findOnPath } from '../../../downloads/executable.ts';

/** Builds the tool into the directory from its pinned Go module. What Go cached of an earlier try is not built again. */
export async function buildWithGo(tool: Tool, directory: string, context: ToolchainContext): Promise<string> {
  const { build } = tool;
  if (build === undefined) throw new Error('it is not a Go program');
  const go = await findGo(context);
  const binary = join(directory, tool.name);
  const work = join(directory, 'work');
  await mkdir(work);
  return reportWhile(`building ${tool.name} ${tool.version} from source`, context.onProgress, async () => {
    await run(go, buildArguments(build, binary), {
      cwd: build.directory,
      env: { ...context.env, CGO_ENABLED: '0', GOWORK: 'off', GOTMPDIR: work },
      signal: context.signal,
    });
    return binary;
  });
}

/** Arguments of `go`; the module is never changed and the result does not depend on where it is built. */
export function buildArguments({ ldflags, tags, package: path }: GoBuild, binary: string): string[] {
  const link = ['-s', '-w', ...ldflags].join(' ');
  const flags = ['-trimpath', '-buildvcs=false', '-mod=readonly', '-ldflags', link];
  return ['build', ...flags, ...(tags.length === 0 ? [] : ['-tags', tags.join(',')]), '-o', binary, path];
}

/** Path of a Go that can read our go.mod. */
export async function findGo({ env, signal }: ToolchainContext): Promise<string> {
  const go = await findOnPath('go', env);
  if (go === undefined) throw new Error(`go is not on PATH (${neededGo} or newer is needed)`);
  // Asked for itself: in the module's directory it would already fetch the toolchain that go.mod names.
  const printed = await run(go, ['env', 'GOVERSION'], {
    cwd: tmpdir(),
    env: { ...env, GOTOOLCHAIN: 'local' },
    signal,
  });
  const [, major, minor] = /go(\d+)\.(\d+)/.exec(printed) ?? [];
  // An older one cannot read our go.mod; from 1.21 on, Go fetches the toolchain it needs or says why it may not.
  if (Number(major) === 1 && Number(minor) < 21) {
    throw new Error(`${go} is ${printed.trim()}, but ${neededGo} or newer is needed`);
  }
  return go;
}
