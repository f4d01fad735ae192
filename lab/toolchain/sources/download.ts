import { join, posix } from 'node:path';
import { extract } from 'tar';
import { fetchVerified, isSkipped } from '../../../downloads/release.ts';
import type { ToolchainContext } from '../context.ts';
import { reportWhile } from '../progress.ts';
import type { Tool } from '../tool.ts';

/** Fetches the tool's official release into the directory, checks it against its published sum and unpacks it. */
export async function download(tool: Tool, directory: string, context: ToolchainContext): Promise<string> {
  const release = tool.download;
  if (release === undefined)
    throw new Error(`there is no official binary for ${process.platform} ${process.arch}`);
  if (isSkipped(context.env)) throw new Error('SLUICE_SKIP_DOWNLOADS is set');
  return reportWhile(`downloading ${tool.name} ${tool.version}`, context.onProgress, async (detail) => {
    const file = join(directory, 'download');
    await fetchVerified(release, file, context, (share) => detail(`${Math.floor(share * 100)} %`));
    return release.member === undefined ? file : unpack(file, release.member, directory);
  });
}

async function unpack(archive: string, member: string, directory: string): Promise<string> {
  await extract({ file: archive, cwd: directory, filter: (path) => posix.normalize(path) === member });
  return join(directory, member);
}
