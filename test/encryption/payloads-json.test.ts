import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { messageOf } from '../../domain/message-of.ts';
import { formatPayloads, parsePayloads } from '../../encryption/payloads-json.ts';

const plain = { metadata: { encoding: 'anNvbi9wbGFpbg==' }, data: 'eyJhIjoxfQ==' };
const textOf = (bytes: Uint8Array | null | undefined) => Buffer.from(bytes ?? []).toString();

describe('payloads in the JSON of protobuf', () => {
  it('have their bytes in base64', () => {
    const [payload] = parsePayloads(JSON.stringify({ payloads: [plain] }));
    expect(textOf(payload?.metadata?.encoding)).toBe('json/plain');
    expect(textOf(payload?.data)).toBe('{"a":1}');
  });

  it('are written as they are read', () => {
    const bytes = fc.uint8Array({ maxLength: 40 });
    const payload = fc.record({ metadata: fc.dictionary(fc.string(), bytes, { maxKeys: 4 }), data: bytes });
    fc.assert(
      fc.property(fc.array(payload, { maxLength: 4 }), (payloads) => {
        const text = formatPayloads(payloads);
        const read = parsePayloads(text);
        expect(formatPayloads(read)).toBe(text);
        expect(read.map(({ data }) => [...(data ?? [])])).toEqual(payloads.map(({ data }) => [...data]));
      }),
    );
  });

  it.each([
    ['{}', []],
    ['{"payloads":null}', []],
    ['{"payloads":[]}', []],
    ['{"payloads":[{}]}', ['']],
    ['{"payloads":[{"metadata":null,"data":null}]}', ['']],
    ['{"payloads":[{"data":"_-8"}]}', ['_-8']],
    ['{"payloads":[{"data":"/+8="}]}', ['_-8']],
    ['{"payloads":[{"data":"","externalPayloads":[],"later":true}]}', ['']],
  ])('may be %s', (text, expected) => {
    expect(parsePayloads(text).map(({ data }) => Buffer.from(data ?? []).toString('base64url'))).toEqual(
      expected,
    );
  });

  it.each([
    ['', /^the document is not JSON: /],
    ['{"payloads":[', /^the document is not JSON: /],
    ['[]', /^the document is a list: it must be an object$/],
    ['null', /^the document is null: it must be an object$/],
    ['{"payload":[]}', /^the document has "payload": "payloads" alone is allowed$/],
    ['{"payloads":{}}', /^payloads is an object: it must be a list$/],
    ['{"payloads":[{},null]}', /^payloads\[1\] is null: it must be an object$/],
    ['{"payloads":["e30="]}', /^payloads\[0\] is a string: it must be an object$/],
    ['{"payloads":[{"metadata":[]}]}', /^payloads\[0\]\.metadata is a list: it must be an object$/],
    [
      '{"payloads":[{"metadata":{"a b":1}}]}',
      /^payloads\[0\]\.metadata\["a b"\] is a number: it must be text in base64$/,
    ],
    ['{"payloads":[{"data":{}}]}', /^payloads\[0\]\.data is an object: it must be text in base64$/],
    ...['secret!', 'e', 'e3', 'e30==', 'e30=e30=', 'e30 ', 'e30\\n', '='].map((data): [string, RegExp] => [
      `{"payloads":[{"data":"${data}"}]}`,
      /^payloads\[0\]\.data is text that is not base64: it must be bytes in base64$/,
    ]),
  ])('are not %s', (text, message) => expect(() => parsePayloads(text)).toThrow(message));

  it('are a thousand at most', () => {
    const text = (count: number) => `{"payloads":[${Array(count).fill('{}').join(',')}]}`;
    expect(parsePayloads(text(1_000))).toHaveLength(1_000);
    expect(() => parsePayloads(text(1_001))).toThrow(/^payloads has 1001 entries: up to 1000 are allowed$/);
  });

  it('that are something else are refused by their place, whatever they are', () => {
    const allowed = /^(none|the document .*|payloads.*)$/;
    fc.assert(fc.property(fc.json(), (text) => expect(outcomeOf(text)).toMatch(allowed)));
  });
});

function outcomeOf(text: string): string {
  try {
    return parsePayloads(text).length === 0 ? 'none' : 'some';
  } catch (error) {
    return messageOf(error);
  }
}
