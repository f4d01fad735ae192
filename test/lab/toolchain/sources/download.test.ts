import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { create } from 'tar';
import { describe, expect, it } from '@jest/globals';
import type { ToolchainOptions } from '../../../../lab/toolchain/context.ts';
import { download } from '../../../../lab/toolchain/sources/download.ts';
import { useTemporaryDirectories } from '../../support/temporary-directory.ts';
import { contextIn, hammer, hammerText } from '../fixtures.ts';
import { sha256, useReleaseServers } from '../../../support/release-server.ts';

const temporaryDirectory = useTemporaryDirectories();
const serveReleases = useReleaseServers();
const content = hammerText('1.2.3');

async function archiveOf(member: string): Promise<Buffer> {
  const directory = await temporaryDirectory();
  await mkdir(dirname(join(directory, member)), { recursive: true });
  await writeFile(join(directory, member), content);
  await writeFile(join(directory, 'README'), 'not wanted');
  await create({ gzip: true, file: join(directory, 'it.tgz'), cwd: directory }, ['README', member]);
  return readFile(join(directory, 'it.tgz'));
}

async function downloadFrom(
  origin: string,
  file: string,
  more: { member?: string } = {},
  options: ToolchainOptions = {},
) {
  const directory = await temporaryDirectory();
  const context = contextIn(directory, { timeouts: { connect: 500, silence: 200 }, ...options });
  const release = { url: `${origin}/${file}`, checksumUrl: `${origin}/sums`, ...more };
  const fetched = () => download(hammer({ download: release }), directory, context);
  return { context, directory, fetched };
}

describe('an official release', () => {
  it('is fetched as a bare binary', async () => {
    const origin = await serveReleases({ '/hammer': content, '/sums': sha256(content) });
    const { fetched, context } = await downloadFrom(origin, 'hammer');
    expect(await readFile(await fetched(), 'utf8')).toBe(content);
    expect(context.lines[0]).toBe('downloading hammer 1.2.3');
    expect(context.lines[1]).toMatch(/^downloading hammer 1\.2\.3 … done in \d+s$/);
  });

  it('is unpacked: the binary and nothing else', async () => {
    const archive = await archiveOf('hammer-1.2.3/bin/hammer');
    const origin = await serveReleases({ '/h.tgz': archive, '/sums': `${sha256(archive)}  h.tgz\n` });
    const { fetched, directory } = await downloadFrom(origin, 'h.tgz', { member: 'hammer-1.2.3/bin/hammer' });
    expect(await readFile(await fetched(), 'utf8')).toBe(content);
    await expect(readFile(join(directory, 'README'))).rejects.toThrow('ENOENT');
  });

  it('is followed to where the release is stored', async () => {
    const storage = await serveReleases({ '/stored': content });
    const origin = await serveReleases({
      '/hammer': (_, response) => response.writeHead(302, { location: `${storage}/stored` }).end(),
      '/sums': sha256(content),
    });
    const { fetched } = await downloadFrom(origin, 'hammer');
    expect(await readFile(await fetched(), 'utf8')).toBe(content);
  });

  it('is refused when its checksum is another', async () => {
    const origin = await serveReleases({ '/hammer': `${content}# tampered`, '/sums': sha256(content) });
    const { fetched } = await downloadFrom(origin, 'hammer');
    await expect(fetched()).rejects.toThrow(`but ${sha256(content)} is published for it`);
  });

  it('is refused when no checksum is published', async () => {
    const origin = await serveReleases({ '/hammer': content, '/sums': `${sha256(content)}  nail` });
    await expect((await downloadFrom(origin, 'hammer')).fetched()).rejects.toThrow(
      'no checksum is published for hammer',
    );
  });

  it('that does not exist says so with its address', async () => {
    const origin = await serveReleases({ '/sums': sha256(content) });
    await expect((await downloadFrom(origin, 'hammer')).fetched()).rejects.toThrow(
      `${origin}/hammer: the answer was 404`,
    );
  });

  it.each<[string, Parameters<typeof serveReleases>[0]]>([
    ['an answer', { '/hammer': () => undefined }],
    [
      'the rest of it',
      { '/hammer': (_, response) => response.writeHead(200, { 'content-length': 99 }).write('#') },
    ],
  ])('is not waited for when %s does not come', async (_, routes) => {
    const origin = await serveReleases({ ...routes, '/sums': sha256(content) });
    const { fetched } = await downloadFrom(origin, 'hammer');
    await expect(fetched()).rejects.toThrow(/hammer: .*timeout/i);
  });

  it('is not asked for again where no connection could be made', async () => {
    const { fetched } = await downloadFrom('http://127.0.0.1:1', 'hammer');
    await expect(fetched()).rejects.toThrow('http://127.0.0.1:1/sums: connect ECONNREFUSED');
    await expect(fetched()).rejects.toThrow('127.0.0.1:1 could not be reached a moment ago');
  });

  it('is not tried when downloads are to be skipped', async () => {
    const origin = await serveReleases({ '/hammer': content, '/sums': sha256(content) });
    const { fetched } = await downloadFrom(origin, 'hammer', {}, { env: { SLUICE_SKIP_DOWNLOADS: '1' } });
    await expect(fetched()).rejects.toThrow('SLUICE_SKIP_DOWNLOADS is set');
  });

  it('is given up when the run is aborted', async () => {
    const stop = new AbortController();
    const origin = await serveReleases({ '/sums': () => stop.abort(new Error('enough')) });
    const { fetched } = await downloadFrom(origin, 'hammer', {}, { signal: stop.signal });
    await expect(fetched()).rejects.toThrow('enough');
  });
});
