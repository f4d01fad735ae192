import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { create } from 'tar';
import { ensureAddOns } from '../../../lab/toolchain/add-ons.ts';
import { sha256, useReleaseServers } from '../../support/release-server.ts';
import { writeProgram } from '../support/fake-program.ts';
import { useTemporaryDirectories } from '../support/temporary-directory.ts';

const temporaryDirectory = useTemporaryDirectories();
const serve = useReleaseServers();

const name = 'istio-1.31.0-linux-amd64.tar.gz';

/** A release, or the sources, with one add-on. */
async function putSamples(directory: string, text: string): Promise<void> {
  await mkdir(join(directory, 'samples', 'addons'), { recursive: true });
  await writeFile(join(directory, 'samples', 'addons', 'kiali.yaml'), text);
  await writeFile(join(directory, 'README.md'), 'not wanted');
}

/** A Go that knows where the module's sources are. */
async function putGo(bin: string, sources: string): Promise<void> {
  await writeProgram(
    join(bin, 'go'),
    `const [verb] = process.argv.slice(2);
     console.log(verb === 'env' ? 'go1.26.8' : 'go: downloading\\n' + JSON.stringify({ Dir: '${sources}' }));`,
  );
}

async function environment(more: Record<string, string> = {}) {
  const directory = await temporaryDirectory();
  const env = { PATH: join(directory, 'bin'), XDG_CACHE_HOME: directory, ...more };
  return { directory, env };
}

const kiali = async (place: string) => await readFile(join(place, 'kiali.yaml'), 'utf8');

describe("the manifests of Istio's add-ons", () => {
  it('come from the official release, checked, and are kept', async () => {
    const { directory, env } = await environment();
    await putSamples(join(directory, 'istio-1.31.0'), 'released');
    await create({ gzip: true, file: join(directory, name), cwd: directory }, ['istio-1.31.0']);
    const archive = await readFile(join(directory, name));
    const path = `/istio/istio/releases/download/1.31.0/${name}`;
    const github = await serve({ [path]: archive, [`${path}.sha256`]: `${sha256(archive)} ${name}` });
    const place = await ensureAddOns({ env, origins: { github } });
    expect(await kiali(place)).toBe('released');
    expect(await readdir(place)).toEqual(['kiali.yaml']);
    expect(await ensureAddOns({ env, origins: { github: 'http://127.0.0.1:9' } })).toBe(place);
  });

  it('come from the sources of istioctl where the release cannot be had', async () => {
    const { directory, env } = await environment({ SLUICE_SKIP_DOWNLOADS: '1' });
    await putSamples(join(directory, 'sources'), 'from the sources');
    await putGo(join(directory, 'bin'), join(directory, 'sources'));
    expect(await kiali(await ensureAddOns({ env }))).toBe('from the sources');
  });

  it('are missing with every reason', async () => {
    const { directory, env } = await environment({ SLUICE_SKIP_DOWNLOADS: '1' });
    await expect(ensureAddOns({ env })).rejects.toThrow(
      'the add-ons of Istio 1.31.0 are not to be had: SLUICE_SKIP_DOWNLOADS is set; go is not on PATH',
    );
    await expect(readdir(join(directory, 'sluice', 'tools', 'istio-add-ons'))).resolves.toEqual([]);
  });
});
