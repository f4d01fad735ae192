import { describe, expect, it } from '@jest/globals';
import { findChecksum } from '../../downloads/checksum.ts';

const a = 'a'.repeat(64);
const b = 'B'.repeat(64);

describe('a published checksum', () => {
  it.each([
    ['a list', `${b}  other.tar.gz\n${a}  tool.tar.gz\n`],
    ['a list of binary files', `${a} *tool.tar.gz\r\n`],
    ['a list with folders', `${b}  x/not-tool.tar.gz\n${a}  ./x/tool.tar.gz`],
    [
      'a signed list',
      `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n${a}  tool.tar.gz\n-----BEGIN PGP SIGNATURE-----`,
    ],
    ['a bare sum', `${a}\n`],
  ])('is found in %s', (_, published) => {
    expect(findChecksum(published, 'tool.tar.gz')).toBe(a);
  });

  it('is compared in lower case', () => {
    expect(findChecksum(b, 'tool')).toBe(b.toLowerCase());
  });

  it.each(['', '<html>not found</html>', `${a}  other`, `${a}\n${b}\n`])('is missed in %j', (published) => {
    expect(() => findChecksum(published, 'tool')).toThrow('no checksum is published for tool');
  });
});
