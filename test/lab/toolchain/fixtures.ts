import { join } from 'node:path';
import { toContext, type ToolchainContext, type ToolchainOptions } from '../../../lab/toolchain/context.ts';
import type { Tool } from '../../../lab/toolchain/tool.ts';
import { writeProgram } from '../support/fake-program.ts';

/** Text of a program that says it is the hammer in this version. */
export const hammerText = (version: string) => `#!/bin/sh\necho "hammer v${version}"\n`;

/** A tool nobody has, with no source of its own but PATH, variable and cache. */
export function hammer(sources: Partial<Tool> = {}): Tool {
  const recognition = { versionArgs: ['--version'], versionPattern: /hammer v(\S+)/ };
  return { name: 'hammer', version: '1.2.3', ...recognition, ...sources };
}

/** A context of its own: cache and PATH below the directory, and the lines of progress it reported. */
export function contextIn(
  directory: string,
  options: ToolchainOptions = {},
): ToolchainContext & { lines: string[]; bin: string } {
  const bin = join(directory, 'bin');
  const lines: string[] = [];
  const env = { PATH: bin, XDG_CACHE_HOME: join(directory, 'cache'), ...options.env };
  const onProgress = (line: string) => void lines.push(line);
  return { ...toContext({ onProgress, ...options, env }), lines, bin };
}

/** How the hammer is built by `writeGo`'s Go. */
export function hammerBuild(directory: string) {
  return {
    directory,
    package: 'example.org/hammer',
    ldflags: ['-X main.version=1.2.3'],
    tags: ['iron', 'oak'],
  };
}

/**
 * Puts a Go on the PATH that reports its version, appends its arguments to `calls` and "builds" by writing the text to
 * what `-o` names; `before` is code that runs first.
 */
export async function writeGo(bin: string, text: string, before = '', version = 'go1.26.8'): Promise<void> {
  const builds = `
    const fs = require('node:fs');
    const args = process.argv.slice(2);
    if (args[0] === 'env') { console.log('${version}'); process.exit(); }
    fs.appendFileSync('${bin}/calls', JSON.stringify({ args, cwd: process.cwd(), cgo: process.env.CGO_ENABLED }) + '\\n');
    ${before}
    fs.writeFileSync(args[args.indexOf('-o') + 1], ${JSON.stringify(text)});`;
  await writeProgram(join(bin, 'go'), builds);
}
