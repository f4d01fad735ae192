import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { execa } from 'execa';
import { createClients } from '../../../activities/aws/clients.ts';
import { networkAgents } from '../../../activities/aws/network.ts';

const answer =
  '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
  '<Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>';

const variables = [
  'HTTPS_PROXY',
  'HTTP_PROXY',
  'NO_PROXY',
  'https_proxy',
  'http_proxy',
  'no_proxy',
  'AWS_CA_BUNDLE',
];

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** An STS whose certificate an authority of a company's own has signed, and a proxy that leads to it whatever it is asked for. */
describe('the way to AWS', () => {
  const environment = process.env;
  const asked: string[] = [];
  let directory = '';
  let sts: Server;
  let proxy: Server;
  let [stsPort, proxyPort] = [0, 0];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sluice-network-'));
    const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
    const subject = ['-subj', '/CN=sts.company.test', '-addext', 'subjectAltName=DNS:sts.company.test'];
    await execa('openssl', [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', cert],
      ...subject,
    ]);
    const pair = { key: await readFile(key), cert: await readFile(cert) };
    sts = createTlsServer(pair, (_request, response) => void response.end(answer));
    stsPort = await listen(sts);
    proxy = createServer();
    proxy.on('connect', ({ url = '' }, socket) => {
      asked.push(url);
      const onward = connect(stsPort, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        onward.pipe(socket).pipe(onward);
      });
      socket.on('error', () => onward.destroy());
      onward.on('error', () => socket.destroy());
    });
    proxyPort = await listen(proxy);
  });

  afterAll(async () => {
    sts.closeAllConnections();
    proxy.closeAllConnections();
    sts.close();
    proxy.close();
    await rm(directory, { recursive: true });
  });

  beforeEach(() => {
    const others = Object.entries(environment).filter(([name]) => !variables.includes(name));
    process.env = Object.fromEntries(others);
    asked.length = 0;
  });

  afterEach(() => {
    process.env = environment;
  });

  /** Asks STS by a name that nobody but the proxy can resolve. */
  async function identify(): Promise<string | undefined> {
    const { sts: client } = createClients({
      region: 'us-west-1',
      endpoint: 'https://sts.company.test',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
    client.config.maxAttempts = () => Promise.resolve(1);
    try {
      return (await client.send(new GetCallerIdentityCommand({}))).Account;
    } finally {
      client.destroy();
    }
  }

  it('leads through HTTPS_PROXY, and trusts AWS_CA_BUNDLE', async () => {
    process.env.HTTPS_PROXY = `http://127.0.0.1:${proxyPort}`;
    process.env.AWS_CA_BUNDLE = join(directory, 'cert.pem');
    expect(await identify()).toBe('111122223333');
    expect(asked).toEqual(['sts.company.test:443']);
  });

  it('trusts no authority that nobody named', async () => {
    process.env.HTTPS_PROXY = `http://127.0.0.1:${proxyPort}`;
    await expect(identify()).rejects.toThrow(/self-signed certificate/);
  });

  it('leads past the proxy for NO_PROXY', async () => {
    process.env.HTTPS_PROXY = `http://127.0.0.1:${proxyPort}`;
    process.env.NO_PROXY = 'company.test,.company.test';
    await expect(identify()).rejects.toThrow(/ENOTFOUND|EAI_AGAIN/);
    expect(asked).toEqual([]);
  });

  it('says which bundle cannot be read', () => {
    expect(() => networkAgents({ AWS_CA_BUNDLE: '/none.pem' })).toThrow(
      /^AWS_CA_BUNDLE: \/none\.pem cannot be read: .*ENOENT/,
    );
  });
});
