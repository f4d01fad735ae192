import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ensureTool, ensureTools } from '../../../lab/toolchain/ensure.ts';
import { writeScript } from '../support/fake-program.ts';
import { useTemporaryDirectories } from '../support/temporary-directory.ts';

const temporaryDirectory = useTemporaryDirectories();

async function environment() {
  const directory = await temporaryDirectory();
  const bin = join(directory, 'bin');
  const etcd = await writeScript(join(bin, 'etcd'), 'echo "etcd Version: 3.6.8"');
  const apiServer = await writeScript(join(directory, 'api'), 'true');
  const env = {
    PATH: bin,
    XDG_CACHE_HOME: directory,
    SLUICE_TOOL_KUBE_APISERVER: apiServer,
    SLUICE_SKIP_DOWNLOADS: '1',
  };
  return { env, etcd, apiServer };
}

describe('ensuring tools', () => {
  it('gives the path of one', async () => {
    const { env, etcd } = await environment();
    expect(await ensureTool('etcd', { env })).toBe(etcd);
  });

  it('gives the paths of several', async () => {
    const { env, etcd, apiServer } = await environment();
    const paths = await ensureTools(['kube-apiserver', 'etcd'], { env });
    expect(paths).toEqual({ etcd, 'kube-apiserver': apiServer });
  });

  it('names the first one missing, in the order of need', async () => {
    const { env } = await environment();
    await expect(ensureTools(['envoy', 'istioctl', 'etcd'], { env })).rejects.toThrow(
      'istioctl 1.31.0 is not available',
    );
  });
});
