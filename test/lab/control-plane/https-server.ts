import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach } from '@jest/globals';
import { ensurePki, type PkiFiles } from '../../../lab/control-plane/pki.ts';
import { useTemporaryDirectories } from '../support/temporary-directory.ts';

/** Below the blocks labs choose from, so that no lab is in the way. */
export const testAddress = '127.63.0.1';

/** HTTPS servers with a control plane's own certificate; closed after each test. */
export function useHttpsServers() {
  const temporaryDirectory = useTemporaryDirectories();
  const open: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((close) => close()));
  });
  return async (
    answer: (request: IncomingMessage, response: ServerResponse) => void,
    options: { port?: number; requestCert?: boolean } = {},
  ): Promise<{ url: string; pki: PkiFiles }> => {
    const pki = await ensurePki(join(await temporaryDirectory(), 'pki'), testAddress);
    const [key, cert, ca] = await Promise.all(
      [pki.controlPlane.key, pki.controlPlane.certificate, pki.authority.certificate].map((file) =>
        readFile(file),
      ),
    );
    const tls = { key, cert, ca, requestCert: options.requestCert ?? false };
    const server = createServer(tls as object, answer);
    await new Promise<void>((resolve) => server.listen(options.port ?? 0, testAddress, resolve));
    open.push(() => new Promise((resolve) => server.close(resolve)));
    return { url: `https://${testAddress}:${(server.address() as AddressInfo).port}`, pki };
  };
}
