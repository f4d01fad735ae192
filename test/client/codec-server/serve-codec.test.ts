import { afterEach, describe, expect, it } from '@jest/globals';
import type { PayloadCodec } from '@temporalio/common';
import fc from 'fast-check';
import { bodyLimit } from '../../../client/codec-server/read-body.ts';
import { EncryptionCodec } from '../../../encryption/codec.ts';
import { newKey } from '../../encryption/support/keys.ts';
import { ask } from './support/ask.ts';
import { CodecServers } from './support/codec-servers.ts';

const [old, newest] = [newKey('2025'), newKey('2026')];
const base64 = (text: string) => Buffer.from(text).toString('base64');
const plain = { metadata: { encoding: base64('json/plain') }, data: base64('{"host":"reviews"}') };
const encryptedBy = (id: string) => ({
  metadata: { encoding: base64('binary/encrypted'), 'encryption-key-id': base64(id) },
});

const servers = new CodecServers();
const serve = (codec: PayloadCodec = new EncryptionCodec([newest, old])) => servers.serve(codec);
afterEach(() => {
  servers.troubles.length = 0;
  return servers.close();
});

async function convert(port: number, path: string, payloads: unknown): Promise<unknown> {
  const { status, headers, text } = await ask(port, { path, body: JSON.stringify({ payloads }) });
  expect({ status, type: headers['content-type'] }).toEqual({ status: 200, type: 'application/json' });
  return (JSON.parse(text) as { payloads: unknown }).payloads;
}

describe('a codec server', () => {
  it('encrypts and decrypts', async () => {
    const port = await serve();
    const encrypted = await convert(port, '/encode', [plain]);
    expect(encrypted).toMatchObject([encryptedBy('2026')]);
    expect(JSON.stringify(encrypted)).not.toContain(plain.data);
    expect(await convert(port, '/decode', encrypted)).toEqual([plain]);
  });

  it('decrypts what an older key encrypted', async () => {
    const encrypted = await convert(await serve(new EncryptionCodec([old])), '/encode', [plain, plain]);
    expect(await convert(await serve(), '/decode', encrypted)).toEqual([plain, plain]);
  });

  it('leaves plain payloads as they are, in their order', async () => {
    const port = await serve();
    const [encrypted] = (await convert(port, '/encode', [plain])) as [unknown];
    const other = { ...plain, data: base64('2') };
    expect(await convert(port, '/decode', [other, encrypted, {}])).toEqual([
      other,
      plain,
      { metadata: {}, data: '' },
    ]);
  });

  it('gives back whatever it encrypted', async () => {
    const port = await serve();
    const bytes = fc.uint8Array({ maxLength: 20 }).map((part) => Buffer.from(part).toString('base64'));
    const payload = fc.record({
      metadata: fc.dictionary(fc.string({ unit: 'binary' }), bytes, { maxKeys: 3 }),
      data: bytes,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(payload, { maxLength: 3 }), async (payloads) => {
        const decoded = await convert(port, '/decode', await convert(port, '/encode', payloads));
        expect(JSON.stringify(decoded)).toBe(JSON.stringify(payloads));
      }),
      { numRuns: 50 },
    );
  });

  it.each(['/default/decode', '/a/b/decode', '/decode?x=/encode'])(
    'takes the last part of %s',
    async (path) => {
      expect(await convert(await serve(), path, [plain])).toEqual([plain]);
    },
  );

  it('names a key that it lacks, and answers nothing else', async () => {
    const body = JSON.stringify({ payloads: [plain, encryptedBy('2019')] });
    const { status, headers, text } = await ask(await serve(), { body });
    expect({ status, type: headers['content-type'] }).toEqual({
      status: 400,
      type: 'text/plain; charset=utf-8',
    });
    expect(text).toMatch(
      /^a payload is encrypted with the key "2019", and here are 2026, 2025: add it to .*\n$/,
    );
    expect(servers.troubles).toEqual([text.trimEnd()]);
  });

  it.each([
    ['binary', Buffer.from([0x7b, 0xff, 0x7d]), /^the body is not text in UTF-8\n$/],
    ['no JSON', '{"payloads":', /^the document is not JSON: .+\n$/],
    ['another document', '{"payloads":[{"data":7}]}', /^payloads\[0\]\.data is a number: .+\n$/],
    ['nothing', '', /^the document is not JSON: .+\n$/],
    ['a name of any length', JSON.stringify({ ['x'.repeat(5_000)]: 1 }), /^the document has "x.{981}\n$/],
    ['commands of a terminal', '\u001b[2J', /^the document is not JSON: \P{Cc}+\n$/u],
  ])('refuses %s, in one line', async (_what, body, message) => {
    const { status, text } = await ask(await serve(), { body });
    expect(status).toBe(400);
    expect(text).toMatch(message);
    expect(servers.troubles).toEqual([]);
  });

  it('hears what is too long to its end, and refuses it', async () => {
    const port = await serve();
    const fits = await ask(port, { body: `{"payloads":[]}${' '.repeat(bodyLimit - 15)}` });
    expect(fits).toMatchObject({ status: 200, text: '{"payloads":[]}' });
    const chunked = { 'Transfer-Encoding': 'chunked' };
    for (const headers of [{}, chunked])
      expect(await ask(port, { headers, body: ' '.repeat(bodyLimit + 1) })).toMatchObject({
        status: 413,
        text: 'the body has 8388609 bytes: up to 8388608 are allowed\n',
      });
  });

  it.each(['', 'text/plain', 'application/jsonp', 'application/x-www-form-urlencoded'])(
    'refuses the content type %j, which a page may send without asking',
    async (type) => {
      const { status, text } = await ask(await serve(), { headers: { 'Content-Type': type }, body: '{}' });
      expect({ status, text }).toEqual({
        status: 415,
        text: `the content type is ${JSON.stringify(type)}: application/json is allowed\n`,
      });
    },
  );

  it('takes a content type with a charset', async () => {
    const headers = { 'Content-Type': 'Application/JSON; charset=utf-8' };
    expect(await ask(await serve(), { headers, body: '{}' })).toMatchObject({ status: 200 });
  });

  it.each(['/', '/decoded', '/undecode', '/decode/', '/readyz'])('knows no %s', async (path) => {
    const { status, text } = await ask(await serve(), { path, body: '{}' });
    expect({ status, text }).toEqual({
      status: 404,
      text: `the path is "${path}": …/decode and …/encode are allowed\n`,
    });
  });

  it.each(['GET', 'PUT', 'DELETE'])('answers no %s', async (method) => {
    const answered = await ask(await serve(), { method, body: '{}' });
    expect(answered).toMatchObject({ status: 405, headers: { allow: 'POST, OPTIONS' } });
    expect(answered.text).toBe(`the method is ${method}: POST is allowed\n`);
  });

  it('closes at once, whoever is connected', async () => {
    const port = await serve();
    const hanging = ask(port, { headers: { 'Content-Length': '9' }, body: '' }).catch(
      (error: unknown) => error,
    );
    await ask(port, { body: '{}' });
    await servers.close();
    expect(await hanging).toMatchObject({ message: 'socket hang up' });
    await expect(ask(port, { body: '{}' })).rejects.toThrow('ECONNREFUSED');
  });
});
