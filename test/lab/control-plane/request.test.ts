import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { describe, expect, it } from '@jest/globals';
import { ensurePki } from '../../../lab/control-plane/pki.ts';
import { adminAccess, get } from '../../../lab/control-plane/request.ts';
import { useTemporaryDirectories } from '../support/temporary-directory.ts';
import { testAddress, useHttpsServers } from './https-server.ts';

const serve = useHttpsServers();
const temporaryDirectory = useTemporaryDirectories();

describe('a request to a server of the lab', () => {
  it('carries the administrator’s token', async () => {
    const { url, pki } = await serve((request, response) => response.end(request.headers.authorization));
    expect(await get(url, adminAccess(pki))).toBe(`Bearer ${await readFile(pki.token, 'utf8')}`);
  });

  it('shows the client certificate it was given', async () => {
    const { url, pki } = await serve(
      (request, response) =>
        response.end(
          String(
            (request.socket as unknown as Pick<TLSSocket, 'getPeerCertificate'>).getPeerCertificate().subject
              .CN,
          ),
        ),
      { requestCert: true },
    );
    const access = { authority: pki.authority.certificate, client: pki.apiServerClient };
    expect(await get(url, access)).toBe('kube-apiserver');
  });

  it('refuses a server of another authority', async () => {
    const { url } = await serve((_, response) => response.end());
    const other = await ensurePki(join(await temporaryDirectory(), 'pki'), testAddress);
    await expect(get(url, adminAccess(other))).rejects.toThrow(/signature|certificate/);
  });

  it('fails with status and body, in one line, on anything but 200', async () => {
    const { url, pki } = await serve((_, response) =>
      response.writeHead(500).end('[+]ping ok\n[-]etcd failed\n'),
    );
    await expect(get(`${url}/readyz`, adminAccess(pki))).rejects.toThrow(
      `${url}/readyz answers 500: [+]ping ok [-]etcd failed`,
    );
  });
});
