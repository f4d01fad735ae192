import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { create } from 'tar';
import { findRelease, type ReleaseSource } from '../../../activities/mesh/release/index.ts';
import { labTools } from '../../../activities/mesh/release/lab-tools.ts';
import { releaseSource } from '../../../activities/mesh/release/index.ts';
import { sha256, useReleaseServers } from '../../support/release-server.ts';
import { asActivity } from '../support/activity.ts';
import { fakeProgram } from '../support/fake-program.ts';
import { connection } from '../support/objects.ts';

const serve = useReleaseServers();
const platform = process.platform === 'darwin' ? 'osx' : 'linux';
const processor = process.arch === 'arm64' ? 'arm64' : 'amd64';

let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-test-'));
});

afterEach(() => rm(directory, { recursive: true }));

/** Puts an istioctl of that version at the path. */
async function putIstioctl(path: string, version: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\necho "client version: ${version}"\n`);
  await chmod(path, 0o755);
  return path;
}

/** A release's folder as Istio packs it. */
async function putRelease(place: string, version: string): Promise<void> {
  await putIstioctl(join(place, 'bin', 'istioctl'), version);
  await mkdir(join(place, 'samples', 'addons'), { recursive: true });
  await writeFile(join(place, 'samples', 'addons', 'kiali.yaml'), 'kind: List\n');
  await mkdir(join(place, 'manifests'), { recursive: true });
  await writeFile(join(place, 'manifests', 'chart.yaml'), 'not needed\n');
}

async function packedRelease(version: string): Promise<Buffer> {
  const name = `istio-${version}`;
  await putRelease(join(directory, 'packed', name), version);
  const file = join(directory, `${name}.tar.gz`);
  await create({ gzip: true, file, cwd: join(directory, 'packed') }, [name]);
  return await readFile(file);
}

function fileOf(version: string): string {
  return `istio-${version}-${platform}-${processor}.tar.gz`;
}

/** An origin that has one release. */
async function origin(version: string, sum?: string): Promise<string> {
  const archive = await packedRelease(version);
  const path = `/${version}/${fileOf(version)}`;
  return await serve({
    [path]: archive,
    [`${path}.sha256`]: `${sum ?? sha256(archive)} ${fileOf(version)}\n`,
  });
}

function source(given: Partial<ReleaseSource> = {}): ReleaseSource {
  const env = { PATH: join(directory, 'bin'), XDG_CACHE_HOME: join(directory, 'cache'), ...given.env };
  const broughtTo = () => Promise.resolve(null);
  return { origin: 'http://127.0.0.1:9', broughtTo, ...given, env };
}

function find(from: ReleaseSource, wanted: string | null) {
  return asActivity(() => findRelease(from, connection, wanted));
}

const cacheOf = (version: string) => join(directory, 'cache', 'sluice', 'istio', version);

describe('the release of a mesh', () => {
  it('is the one that the provider brings, when it is the wanted one', async () => {
    const istioctl = await putIstioctl(join(directory, 'lab', 'istioctl'), '1.31.0');
    await putIstioctl(join(directory, 'bin', 'istioctl'), '1.30.4');
    const brought = { istioctl, version: '1.31.0', addOns: '/add-ons' };
    const from = source({ broughtTo: () => Promise.resolve({ istioctl, addOns: '/add-ons' }) });
    await expect(find(from, null)).resolves.toEqual(brought);
    await expect(find(from, '1.31')).resolves.toEqual(brought);
    await expect(find(from, '1.30')).resolves.toMatchObject({ version: '1.30.4' });
  });

  it('is the one on PATH, whatever its version where none is wanted', async () => {
    const istioctl = await putIstioctl(join(directory, 'bin', 'istioctl'), '1.29.7');
    await expect(find(source(), null)).resolves.toEqual({ istioctl, version: '1.29.7', addOns: null });
  });

  it('has the add-ons of the folder that a link on PATH leads to', async () => {
    const folder = join(directory, 'istio-1.31.0');
    await putRelease(folder, '1.31.0');
    await mkdir(join(directory, 'bin'));
    await symlink(join(folder, 'bin', 'istioctl'), join(directory, 'bin', 'istioctl'));
    await expect(find(source(), '1.31')).resolves.toMatchObject({
      addOns: join(folder, 'samples', 'addons'),
    });
  });

  it('is taken from the cache, in its newest patch, when PATH has another', async () => {
    await putIstioctl(join(directory, 'bin', 'istioctl'), '1.31.0');
    await putRelease(cacheOf('1.30.9'), '1.30.9');
    await putRelease(cacheOf('1.30.10'), '1.30.10');
    await expect(find(source(), '1.30')).resolves.toEqual({
      istioctl: join(cacheOf('1.30.10'), 'bin', 'istioctl'),
      version: '1.30.10',
      addOns: join(cacheOf('1.30.10'), 'samples', 'addons'),
    });
    await expect(find(source(), '1.30.9')).resolves.toMatchObject({ version: '1.30.9' });
  });

  it('is fetched once, checked, and kept with what is of use', async () => {
    const from = source({ origin: await origin('1.30.4') });
    const fetched = await find(from, '1.30');
    expect(fetched).toEqual({
      istioctl: join(cacheOf('1.30.4'), 'bin', 'istioctl'),
      version: '1.30.4',
      addOns: join(cacheOf('1.30.4'), 'samples', 'addons'),
    });
    await expect(readdir(cacheOf('1.30.4'))).resolves.toEqual(expect.arrayContaining(['bin', 'samples']));
    await expect(readdir(cacheOf('1.30.4'))).resolves.not.toContain('manifests');
    await expect(find({ ...from, origin: 'http://127.0.0.1:9' }, '1.30')).resolves.toEqual(fetched);
  });

  it('is the default one where nothing is wanted and nothing is there', async () => {
    await expect(find(source({ origin: await origin('1.31.0') }), null)).resolves.toMatchObject({
      version: '1.31.0',
    });
  });

  it('that two workers fetch at once is whole for both', async () => {
    const from = source({ origin: await origin('1.30.4') });
    const [one, other] = await Promise.all([find(from, '1.30'), find(from, '1.30')]);
    expect(one).toEqual(other);
    await expect(readdir(dirname(cacheOf('x')))).resolves.toEqual(['1.30.4']);
  });
});

describe('a release that is not to be had', () => {
  it('with another sum than the published one is refused, and nothing of it kept', async () => {
    const from = source({ origin: await origin('1.30.4', '0'.repeat(64)) });
    await expect(find(from, '1.30')).rejects.toMatchObject({
      type: 'ToolMissing',
      nonRetryable: true,
      message: expect.stringContaining(`but ${'0'.repeat(64)} is published for it`),
    });
    await expect(readdir(dirname(cacheOf('x')))).resolves.toEqual([]);
  });

  it('that was never published is refused, with what was tried', async () => {
    const path = await putIstioctl(join(directory, 'bin', 'istioctl'), '1.31.0');
    const from = source({ origin: await serve({}) });
    await expect(find(from, '1.30.77')).rejects.toMatchObject({
      type: 'ToolMissing',
      nonRetryable: true,
      message:
        `istioctl 1.30.77 is not to be had: ${path} is 1.31.0; ${from.origin}/1.30.77/${fileOf('1.30.77')}.sha256: ` +
        "the answer was 404; put it on the worker's PATH (https://istio.io/latest/docs/setup/install/istioctl/), " +
        'or name another mesh.version (1.31, 1.30)',
    });
  });

  it('for want of a network may be tried again', async () => {
    await expect(find(source(), '1.30')).rejects.toMatchObject({
      type: 'DownloadFailed',
      nonRetryable: false,
      message: expect.stringMatching(
        /^istioctl 1\.30\.4 is not to be had: PATH has none; http:.*ECONNREFUSED/,
      ),
    });
  });

  it('where downloads are switched off is not tried', async () => {
    const from = source({ env: { SLUICE_SKIP_DOWNLOADS: '1' } });
    await expect(find(from, '1.30')).rejects.toMatchObject({
      type: 'ToolMissing',
      message: expect.stringContaining('SLUICE_SKIP_DOWNLOADS is set'),
    });
  });

  it('because the one that the provider brings does not run says so', async () => {
    const istioctl = '/nonexistent/istioctl';
    const from = source({ broughtTo: () => Promise.resolve({ istioctl, addOns: null }) });
    await expect(find(from, null)).rejects.toMatchObject({ type: 'ToolMissing' });
  });
});

describe('where releases come from', () => {
  it('is Istio itself, or the mirror that the environment names', () => {
    expect(releaseSource({}).origin).toBe('https://github.com/istio/istio/releases/download');
    expect(releaseSource({ SLUICE_ISTIO_RELEASES: ' ' }).origin).toMatch(/^https:\/\/github\.com/);
    expect(releaseSource({ SLUICE_ISTIO_RELEASES: 'https://mirror/istio/' }).origin).toBe(
      'https://mirror/istio',
    );
  });

  it.each([
    [
      'http://user:secret@mirror.shop/istio',
      'SLUICE_ISTIO_RELEASES is http://mirror.shop: it must be https://',
    ],
    ['mirror/istio', 'SLUICE_ISTIO_RELEASES is no address'],
    ['file:///istio', 'SLUICE_ISTIO_RELEASES is file://'],
  ])('is no place whose checksums prove nothing: %s', (mirror, message) => {
    expect(() => releaseSource({ SLUICE_ISTIO_RELEASES: mirror })).toThrow(message);
  });

  it('may be on this machine', () => {
    const mirror = 'http://127.0.0.1:8080';
    expect(releaseSource({ SLUICE_ISTIO_RELEASES: mirror }).origin).toBe(mirror);
  });
});

describe('what the lab brings', () => {
  it('is what its command line says, for its own clusters alone', async () => {
    const tools = { istioctl: '/tools/istioctl', addOns: null };
    const lab = await fakeProgram(
      `record(args.join(' ')); console.log(${JSON.stringify(JSON.stringify(tools))})`,
    );
    const broughtTo = labTools([lab.path, 'main.ts']);
    await expect(asActivity(() => broughtTo({ ...connection, provider: 'lab' }))).resolves.toEqual(tools);
    await expect(asActivity(() => broughtTo(connection))).resolves.toBeNull();
    await expect(lab.recorded()).resolves.toEqual(['main.ts istio']);
    await lab.remove();
  });
});
