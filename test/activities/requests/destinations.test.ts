import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import { addressRefusal, hostRefusal, readDestinations } from '../../../activities/requests/destinations.ts';
import { guardedAgent, type Resolve } from '../../../activities/requests/guarded.ts';

const named = (SLUICE_DESTINATIONS: string) => readDestinations({ SLUICE_DESTINATIONS });
const anywhere = readDestinations({});

describe('an address of a spec', () => {
  it.each([
    'http://169.254.169.254/latest/meta-data',
    'http://2852039166/',
    'http://0xa9fea9fe/',
    'http://0251.0376.0251.0376/',
    'http://[::ffff:169.254.169.254]/',
    'http://[fe80::1]/',
    'http://[fd00:ec2::254]/',
    'http://100.100.100.200/',
    'http://168.63.129.16/',
    'http://[64:ff9b::169.254.169.254]/',
    'http://[64:ff9b:1::169.254.169.254]/',
    'http://[64:ff9b::100.100.100.200]/',
    'http://[64:ff9b::168.63.129.16]/',
    'http://[2002:a9fe:a9fe::1]/',
    'http://[::169.254.169.254]/',
    'http://[fd20:ce::254]/',
    'http://192.0.0.192/',
  ])('is refused by default: %s', (url) => {
    const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
    expect(hostRefusal(anywhere, host)).toMatch(
      /^the worker refuses \S+, an address of link-local or metadata/,
    );
  });

  it.each(['127.0.0.1', '10.96.0.10', '192.168.1.5', '203.0.113.7', '::1', 'fd12::1'])(
    'may be one of the cluster, the machine or the internet: %s',
    (address) => {
      expect(addressRefusal(anywhere, 'prometheus.monitoring', address)).toBeNull();
    },
  );

  it('is one that the worker names, where it names any', () => {
    const some = named('hooks.shop, *.example.com ,10.0.0.0/8, 169.254.10.1');
    expect(addressRefusal(some, 'hooks.shop', '203.0.113.7')).toBeNull();
    expect(addressRefusal(some, 'Chat.EXAMPLE.com.', '203.0.113.7')).toBeNull();
    expect(addressRefusal(some, 'prometheus.monitoring', '10.96.0.10')).toBeNull();
    expect(hostRefusal(some, '169.254.10.1')).toBeNull();
    expect(addressRefusal(some, 'example.com', '203.0.113.7')).toBe(
      'the worker refuses example.com (203.0.113.7): SLUICE_DESTINATIONS does not name it',
    );
    expect(addressRefusal(some, 'hooks.shop', '169.254.169.254')).toMatch(/link-local/);
  });

  it.each(['0.0.0.0/0', '::/0', '128.0.0.0/1'])(
    'is not a metadata service for the wide block %s',
    (block) => {
      expect(hostRefusal(named(block), '169.254.169.254')).toMatch(/link-local/);
      expect(hostRefusal(named(`${block},169.254.169.254`), '169.254.169.254')).toBeNull();
    },
  );

  it.each(['http://hooks.shop', 'a b', '10.0.0.0/33', '*', 'hooks.*'])('cannot be named as %j', (entry) => {
    expect(() => named(`hooks.shop,${entry}`)).toThrow(
      `SLUICE_DESTINATIONS has '${entry}': give names of hosts`,
    );
  });
});

describe('a connection', () => {
  let server: Server | undefined;
  const asked: string[] = [];

  afterEach(async () => {
    await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
    server = undefined;
    asked.splice(0);
  });

  async function portOf(answer: string): Promise<number> {
    server = createServer((_request, response) => response.setHeader('connection', 'close').end(answer));
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }

  const resolveTo =
    (...addresses: string[]): Resolve =>
    (host, _options, done) => {
      asked.push(host);
      done(
        null,
        addresses.map((address) => ({ address, family: 4 })),
      );
    };

  const reasonOf = async (promise: Promise<unknown>) => {
    const error = await promise.then(
      () => null,
      (cause: unknown) => cause,
    );
    return (error as Error | null)?.message;
  };

  it('goes to the address that was checked, by one look at DNS', async () => {
    const port = await portOf('ok');
    const dispatcher = guardedAgent(anywhere, {}, resolveTo('127.0.0.1'));
    const { body } = await request(`http://hooks.shop:${port}/`, { dispatcher });
    expect(await body.text()).toBe('ok');
    expect(asked).toEqual(['hooks.shop']);
  });

  it('is not made where one of the addresses of a name is refused', async () => {
    const port = await portOf('ok');
    const dispatcher = guardedAgent(anywhere, {}, resolveTo('127.0.0.1', '169.254.169.254'));
    expect(await reasonOf(request(`http://hooks.shop:${port}/`, { dispatcher }))).toBe(
      'the worker refuses hooks.shop (169.254.169.254), an address of link-local or metadata services',
    );
  });

  it('is not made to a refused address, which no lookup is made for', async () => {
    const dispatcher = guardedAgent(anywhere, {}, resolveTo('127.0.0.1'));
    expect(await reasonOf(request('http://169.254.169.254/', { dispatcher }))).toMatch(/^the worker refuses/);
    expect(asked).toEqual([]);
  });
});
