import { createPublicKey, X509Certificate } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ensurePki, type PkiFiles } from '../../../lab/control-plane/pki.ts';
import { useTemporaryDirectories } from '../support/temporary-directory.ts';

const temporaryDirectory = useTemporaryDirectories();
const address = '127.63.0.1';

async function newPki(): Promise<{ directory: string; pki: PkiFiles }> {
  const directory = join(await temporaryDirectory(), 'pki');
  return { directory, pki: await ensurePki(directory, address) };
}

const certificate = async (file: string) => new X509Certificate(await readFile(file));

describe('the keys and credentials of a lab', () => {
  it('are readable by their owner alone', async () => {
    const { directory } = await newPki();
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    const files = await readdir(directory);
    expect(files).toHaveLength(12);
    const modes = await Promise.all(
      files.map(async (file) => (await stat(join(directory, file))).mode & 0o777),
    );
    expect(new Set(modes)).toEqual(new Set([0o600]));
  });

  it.each(['controlPlane', 'kubelet', 'apiServerClient'] as const)(
    'have a certificate %s of the lab’s authority that fits its key',
    async (name) => {
      const { pki } = await newPki();
      const authority = await certificate(pki.authority.certificate);
      const issued = await certificate(pki[name].certificate);
      expect(authority.ca).toBe(true);
      expect(issued.ca).toBe(false);
      expect(issued.verify(authority.publicKey)).toBe(true);
      const publicKey = createPublicKey(await readFile(pki[name].key));
      expect(publicKey.equals(issued.publicKey)).toBe(true);
    },
  );

  it('hold for whoever has a clock that is hours behind', async () => {
    const { pki } = await newPki();
    const behind = Date.now() - 12 * 3600_000;
    for (const { certificate: file } of [pki.authority, pki.controlPlane, pki.kubelet, pki.apiServerClient])
      expect(Date.parse((await certificate(file)).validFrom)).toBeLessThan(behind);
  });

  it('name the lab’s address and the names pods know the API server by', async () => {
    const { pki } = await newPki();
    const served = await certificate(pki.controlPlane.certificate);
    expect(served.checkIP(address)).toBe(address);
    expect(served.checkIP('10.0.0.1')).toBe('10.0.0.1');
    expect(served.checkHost('kubernetes.default.svc')).toBe('kubernetes.default.svc');
    expect((await certificate(pki.kubelet.certificate)).checkIP(address)).toBe(address);
  });

  it('let only the API server be a client of the kubelet', async () => {
    const { pki } = await newPki();
    const clientAuthentication = '1.3.6.1.5.5.7.3.2';
    const client = await certificate(pki.apiServerClient.certificate);
    expect(client.keyUsage).toEqual([clientAuthentication]);
    expect(client.subject).toBe('CN=kube-apiserver\nO=system:masters');
    expect((await certificate(pki.kubelet.certificate)).keyUsage).not.toContain(clientAuthentication);
  });

  it('sign and verify tokens of service accounts with one key pair', async () => {
    const { pki } = await newPki();
    const { key, publicKey } = pki.serviceAccount;
    expect(createPublicKey(await readFile(key)).equals(createPublicKey(await readFile(publicKey)))).toBe(
      true,
    );
  });

  it('have the administrator’s token in the API server’s table', async () => {
    const { pki } = await newPki();
    const token = await readFile(pki.token, 'utf8');
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    expect(await readFile(pki.tokenTable, 'utf8')).toBe(`${token},admin,admin,"system:masters"\n`);
  });

  it('are kept once they are there, and made anew when making them was cut short', async () => {
    const { directory, pki } = await newPki();
    const before = await readFile(pki.token, 'utf8');
    await ensurePki(directory, address);
    expect(await readFile(pki.token, 'utf8')).toBe(before);

    const other = join(await temporaryDirectory(), 'pki');
    await mkdir(`${other}.new`);
    await writeFile(join(`${other}.new`, 'half'), '');
    await ensurePki(other, address);
    expect(await readdir(other)).not.toContain('half');
  });
});
