import { join, posix } from 'node:path';
import { extract } from 'tar';
import { findChecksum } from '../checksum.ts';
import type { ToolchainContext } from '../context.ts';
import { fetchFile, fetchText } from '../fetch.ts';
import { reportWhile } from '../progress.ts';
import type { Download, Tool } from '../tool.ts';

/** Fetches the tool's official release into the directory, checks it against its published sum and unpacks it. */
export async function download(tool: Tool, directory: string, context: ToolchainContext): Promise<string> {
  const release = tool.download;
  if (release === undefined)
    throw new Error(`there is no official binary for ${process.platform} ${process.arch}`);
  if (isSkipped(context)) throw new Error('SLUICE_SKIP_DOWNLOADS is set');
  return reportWhile(`downloading ${tool.name} ${tool.version}`, context.onProgress, async (detail) => {
    const file = join(directory, 'download');
    await fetchVerified(release, file, context, (share) => detail(`${Math.floor(share * 100)} %`));
    return release.member === undefined ? file : unpack(file, release.member, directory);
  });
}

function isSkipped({ env }: ToolchainContext): boolean {
  return !['', '0', 'false', undefined].includes(env.SLUICE_SKIP_DOWNLOADS);
}

async function fetchVerified(
  { url, checksumUrl }: Download,
  file: string,
  context: ToolchainContext,
  onPart: (share: number) => void,
): Promise<void> {
  const expected = findChecksum(await fetchText(checksumUrl, context), posix.basename(new URL(url).pathname));
  const actual = await fetchFile(url, file, context, onPart);
  if (actual !== expected)
    throw new Error(`${url} has SHA-256 ${actual}, but ${expected} is published for it`);
}

async function unpack(archive: string, member: string, directory: string): Promise<string> {
  await extract({ file: archive, cwd: directory, filter: (path) => posix.normalize(path) === member });
  return join(directory, member);
}
