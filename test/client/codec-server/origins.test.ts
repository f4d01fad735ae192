import { describe, expect, it } from '@jest/globals';
import { originsOf, parseOrigin } from '../../../client/codec-server/origins.ts';

describe('an origin', () => {
  it.each([
    ['http://localhost:8233', 'http://localhost:8233'],
    ['https://temporal.example/', 'https://temporal.example'],
    ['HTTPS://Temporal.Example:443', 'https://temporal.example'],
  ])('may be %s', (text, origin) => expect(parseOrigin(text)).toBe(origin));

  it.each(['', '*', 'null', 'localhost:8233', 'http://a/ui', 'http://a/?b', 'http://b@a', 'file:///a'])(
    'is not %j',
    (text) =>
      expect(() => parseOrigin(text)).toThrow(
        `the origin ${JSON.stringify(text)} is none: give scheme, host and port of a Web UI alone, as in http://localhost:8233`,
      ),
  );
});

describe('origins of base URLs', () => {
  it('have this machine by both of its names', () => {
    expect(originsOf(['http://127.0.0.1:8233/ui', 'http://localhost:8080', 'https://a.example/b'])).toEqual([
      'http://localhost:8233',
      'http://127.0.0.1:8233',
      'http://localhost:8080',
      'http://127.0.0.1:8080',
      'https://a.example',
    ]);
  });
});
