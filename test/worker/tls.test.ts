/** Client and worker by mutual TLS: the dev server has none, so a proxy before it ends it. */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect as connectPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { openSession } from '../../client/connection/open-session.ts';
import { resolveServer } from '../../client/connection/settings.ts';
import { createAuthority, issueCertificate } from '../../lab/control-plane/certificate.ts';
import { readConfig } from '../../worker/config.ts';
import { connect } from '../../worker/connect.ts';
import { temporalTool, toolTimeout } from '../support/tools.ts';

jest.setTimeout(30_000);

/** The name in the server's certificate, which is not the address that it is reached by. */
const serverName = 'temporal.example';

let server: TestWorkflowEnvironment;
let proxy: Server;
let directory = '';
let env: Record<string, string> = {};

beforeAll(async () => {
  const path = await temporalTool();
  server = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'existing-path', path } },
  });
  directory = await mkdtemp(join(tmpdir(), 'sluice-tls-'));
  const authority = await createAuthority('test');
  const own = await issueCertificate(authority, { commonName: 'x', usages: ['server'], names: [serverName] });
  const client = await issueCertificate(authority, { commonName: 'sluice', usages: ['client'] });
  const [, port = ''] = server.address.split(':');
  proxy = createServer(
    {
      cert: own.certificate,
      key: own.key,
      ca: authority.certificate,
      requestCert: true,
      rejectUnauthorized: true,
      ALPNProtocols: ['h2'],
    },
    (socket) => {
      const plain = connectPlain(Number(port), '127.0.0.1');
      socket.on('error', () => plain.destroy());
      plain.on('error', () => socket.destroy());
      socket.pipe(plain).pipe(socket);
    },
  ).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const file = async (name: string, text: string) => {
    await writeFile(join(directory, name), text, { mode: 0o600 });
    return join(directory, name);
  };
  env = {
    TEMPORAL_CONFIG_FILE: join(directory, 'none.toml'),
    TEMPORAL_ADDRESS: `127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    TEMPORAL_TLS: 'true',
    TEMPORAL_TLS_SERVER_NAME: serverName,
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: await file('ca.crt', authority.certificate),
    TEMPORAL_TLS_CLIENT_CERT_PATH: await file('client.crt', client.certificate),
    TEMPORAL_TLS_CLIENT_KEY_PATH: await file('client.key', client.key),
  };
}, toolTimeout);

afterAll(async () => {
  proxy.close();
  await server.teardown();
  await rm(directory, { recursive: true });
});

const without = (...names: readonly string[]) =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name)));

const connectWorker = async (variables: Record<string, string>) => {
  const patience = { timeout: 0, signal: new AbortController().signal, say: () => undefined };
  await (await connect(readConfig(variables), patience)).close();
};
const connectClient = async (variables: Record<string, string>) => {
  await (await openSession(resolveServer({}, variables))).close();
};

describe.each([
  ['a worker', connectWorker],
  ['a client', connectClient],
])('%s', (_, connectBy) => {
  it('connects by mutual TLS, under the name in the certificate', async () => {
    await expect(connectBy(env)).resolves.toBeUndefined();
  });

  it.each([
    ['its own certificate', ['TEMPORAL_TLS_CLIENT_CERT_PATH', 'TEMPORAL_TLS_CLIENT_KEY_PATH']],
    ['the authority', ['TEMPORAL_TLS_SERVER_CA_CERT_PATH']],
    ['the name of the server', ['TEMPORAL_TLS_SERVER_NAME']],
  ])('does not connect without %s', async (_missing, names) => {
    await expect(connectBy(without(...names))).rejects.toThrow(/Temporal/);
  });

  it('says which file is missing', async () => {
    const path = join(directory, 'nobody.crt');
    await expect(connectBy({ ...env, TEMPORAL_TLS_CLIENT_CERT_PATH: path })).rejects.toThrow(
      new RegExp(`configuration of Temporal.* cannot be used: .*${path}`),
    );
  });
});
