import { afterEach, describe, expect, it } from '@jest/globals';
import { EncryptionCodec } from '../../../encryption/codec.ts';
import { newKey } from '../../encryption/support/keys.ts';
import { ask } from './support/ask.ts';
import { CodecServers, ui } from './support/codec-servers.ts';

const servers = new CodecServers();
const serve = (host?: string) => servers.serve(new EncryptionCodec([newKey('2026')]), host);
afterEach(() => servers.close());

describe('a page', () => {
  const preflight = {
    Origin: ui,
    'Access-Control-Request-Method': 'POST',
    'Access-Control-Request-Headers': 'authorization,content-type,x-namespace',
  };

  it('of the Web UI may ask, with its namespace and its token', async () => {
    const port = await serve();
    const { status, headers } = await ask(port, { method: 'OPTIONS', headers: preflight });
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      'access-control-allow-origin': ui,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': expect.stringMatching(/^Content-Type, X-Namespace, Authorization\b/),
      'access-control-allow-credentials': 'true',
      vary: 'Origin',
    });
    expect(await ask(port, { headers: { Origin: ui, 'X-Namespace': 'default' }, body: '{}' })).toMatchObject({
      status: 200,
      headers: { 'access-control-allow-origin': ui },
    });
  });

  it('of the Web UI may read why it is refused', async () => {
    const answered = await ask(await serve(), { headers: { Origin: ui }, body: '[]' });
    expect(answered).toMatchObject({ status: 400, headers: { 'access-control-allow-origin': ui } });
  });

  it.each(['http://localhost:3000', 'https://localhost:8233', 'http://127.0.0.1:8233', 'null', ''])(
    'of the origin %j may not',
    async (Origin) => {
      const port = await serve();
      for (const method of ['OPTIONS', 'POST']) {
        const { status, headers, text } = await ask(port, {
          method,
          headers: { ...preflight, Origin },
          body: '{}',
        });
        expect(headers).not.toHaveProperty('access-control-allow-origin');
        expect({ status, text }).toEqual({
          status: 403,
          text: `the page is of the origin ${JSON.stringify(Origin)}: ${ui} is allowed; --origin allows others\n`,
        });
      }
    },
  );

  it.each([
    'evil.example',
    'evil.example:PORT',
    'localhost',
    'localhost:1',
    'localhost.evil.example:PORT',
    '127.0.0.2:PORT',
  ])('that reaches it as %s gets nothing, by DNS rebinding neither', async (name) => {
    const port = await serve();
    const host = name.replace('PORT', String(port));
    const { status, text } = await ask(port, { headers: { Host: host }, body: '{}' });
    const allowed = `localhost:${port}, 127.0.0.1:${port}, [::1]:${port}`;
    expect({ status, text }).toEqual({
      status: 421,
      text: `the host is "${host}": ${allowed} are allowed\n`,
    });
  });

  it.each(['localhost:PORT', 'LOCALHOST:PORT', '127.0.0.1:PORT', '[::1]:PORT'])(
    'may name it %s',
    async (name) => {
      const port = await serve();
      const headers = { Host: name.replace('PORT', String(port)) };
      expect(await ask(port, { headers, body: '{}' })).toMatchObject({ status: 200 });
    },
  );

  it.each(['127.63.1.2', '::1'])('may name the address %s that it listens at', async (host) => {
    const port = await serve(host);
    expect(await ask(port, { host, body: '{}' })).toMatchObject({ status: 200 });
  });
});
