import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { describe, expect, it } from '@jest/globals';
import { writeKubeconfig } from '../../../lab/control-plane/kubeconfig.ts';
import { ensurePki } from '../../../lab/control-plane/pki.ts';
import { useTemporaryDirectories } from '../support/temporary-directory.ts';

const temporaryDirectory = useTemporaryDirectories();

describe('the lab’s kubeconfig', () => {
  it('leads to the API server as its administrator, in one file that only its owner reads', async () => {
    const directory = await temporaryDirectory();
    const file = join(directory, 'kubeconfig');
    const pki = await ensurePki(join(directory, 'pki'), '127.63.0.1');
    await writeKubeconfig(file, '127.63.0.1', pki);

    const config = new KubeConfig();
    config.loadFromFile(file);
    expect(config.getCurrentContext()).toBe('sluice-lab');
    expect(config.getCurrentCluster()?.server).toBe('https://127.63.0.1:6443');
    expect(config.getCurrentUser()?.token).toBe(await readFile(pki.token, 'utf8'));
    const authority = Buffer.from(config.getCurrentCluster()?.caData ?? '', 'base64').toString();
    expect(authority).toBe(await readFile(pki.authority.certificate, 'utf8'));
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });
});
