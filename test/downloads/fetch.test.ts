import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { defaultTimeouts, fetchText } from '../../downloads/fetch.ts';

let server: Server;

afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
});

async function serve(status: number, body: string): Promise<number> {
  server = createServer((_request, response) =>
    response.writeHead(status, { connection: 'close' }).end(body),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const fetching = (url: string) =>
  fetchText(url, { signal: undefined, timeouts: defaultTimeouts, unreachable: new Set() });

describe('a download that fails', () => {
  it('is named without the password and the token of its address', async () => {
    const port = await serve(403, 'no');
    await expect(fetching(`http://ada:secret@127.0.0.1:${port}/sums?token=t0ken`)).rejects.toThrow(
      new RegExp(`^http://127\\.0\\.0\\.1:${port}/sums: the answer was 403$`),
    );
  });
});

describe('a text', () => {
  it('is read as far as checksums go', async () => {
    const port = await serve(200, 'abc  istio.tar.gz');
    expect(await fetching(`http://127.0.0.1:${port}/sums`)).toBe('abc  istio.tar.gz');
    server.closeAllConnections();
  });

  it('is no endless one', async () => {
    const port = await serve(200, 'x'.repeat(1024 * 1024 + 1));
    await expect(fetching(`http://127.0.0.1:${port}/sums`)).rejects.toThrow('it has more than 1048576 bytes');
  });
});
