import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { execaSync } from 'execa';
import { isWithin, readRegularFile } from '../../access/regular-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'sluice-test-'));
const path = (name: string) => join(directory, name);
const read = (name: string, limit = 100) => readRegularFile(path(name), { limit });

writeFileSync(path('file'), 'text');
mkdirSync(path('inner'));
writeFileSync(path('inner/file'), 'inner text');
symlinkSync('inner/file', path('inside'));
symlinkSync('/etc/hostname', path('outside'));
symlinkSync('../file', path('inner/up'));
symlinkSync('loop', path('loop'));
execaSync('mkfifo', [path('pipe')]);

afterAll(() => rmSync(directory, { recursive: true }));

describe('a file', () => {
  it('is read where it is regular, or a link to one in the same directory', () => {
    expect(read('file')).toBe('text');
    expect(read('inside')).toBe('inner text');
  });

  it('may have as many bytes as are allowed, and no more', () => {
    expect(read('file', 4)).toBe('text');
    expect(() => read('file', 3)).toThrow('it has more than 3 bytes');
  });

  it('is refused behind a link out of its directory, unless links may lead anywhere', () => {
    expect(() => read('inner/up')).toThrow('it is a symbolic link out of its directory');
    expect(() => read('outside')).toThrow('it is a symbolic link out of its directory');
    expect(readRegularFile(path('inner/up'), { limit: 100, linksAnywhere: true })).toBe('text');
  });

  it.each([
    ['pipe', 'it is a device, a pipe or a socket, not a file'],
    ['inner', 'it is a directory'],
    ['nowhere', 'there is no such file'],
    ['loop', 'it is a symbolic link to itself'],
    ['file/x', 'there is no such file'],
  ])('%s is refused: %s', (name, reason) => {
    expect(() => read(name)).toThrow(reason);
  });

  it.each(['/dev/zero', '/dev/stdin', '/dev/tty'])('%s is no file', (device) => {
    expect(() => readRegularFile(device, { limit: 100, linksAnywhere: true })).toThrow(
      /not a file|there is no such file|E[A-Z]+/,
    );
  });

  it('that tells no size, as those of /proc, is bounded all the same', () => {
    expect(() => readRegularFile('/proc/self/maps', { limit: 10, linksAnywhere: true })).toThrow(
      'more than 10 bytes',
    );
  });
});

describe('a path', () => {
  it.each([
    ['/a/b', '/a', true],
    ['/a', '/a', true],
    ['/a/..b', '/a', true],
    ['/ab', '/a', false],
    ['/', '/a', false],
  ])('%s in %s: %s', (one, other, within) => {
    expect(isWithin(one, other)).toBe(within);
  });
});
