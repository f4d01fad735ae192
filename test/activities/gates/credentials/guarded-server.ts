import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createAuthority, issueCertificate } from '../../../../lab/control-plane/certificate.ts';

/** An HTTPS server whose certificate a private CA has issued, and which may ask for one of that CA's clients. */
export async function startGuarded(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  { mutual = false, names = ['localhost'] } = {},
) {
  const authority = await createAuthority('private');
  const own = await issueCertificate(authority, { commonName: 'prometheus', usages: ['server'], names });
  const client = await issueCertificate(authority, { commonName: 'sluice', usages: ['client'] });
  const server = createServer(
    { cert: own.certificate, key: own.key, ca: authority.certificate, requestCert: mutual },
    answer,
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `https://localhost:${(server.address() as AddressInfo).port}`,
    ca: authority.certificate,
    client,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** An answer of Prometheus with one series. */
export const one = JSON.stringify({
  status: 'success',
  data: { resultType: 'vector', result: [{ metric: {}, value: [0, '1'] }] },
});
