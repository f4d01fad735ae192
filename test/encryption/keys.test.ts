import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readKeys } from '../../encryption/keys.ts';
import { formatKeys, newKey } from './support/keys.ts';

const [newest, old] = [newKey('2026-q1'), newKey('2025.q4')];
const secret = newest.secret.toString('base64');

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-keys-'));
});
afterAll(() => rm(directory, { recursive: true }));

describe('readKeys', () => {
  it('has none where none are given', () => {
    expect(readKeys({})).toEqual([]);
    expect(readKeys({ SLUICE_ENCRYPTION_KEYS: ' ', SLUICE_ENCRYPTION_KEYS_FILE: '' })).toEqual([]);
  });

  it('takes the first one for the one that encrypts', () => {
    expect(readKeys({ SLUICE_ENCRYPTION_KEYS: formatKeys([newest, old]) })).toEqual([newest, old]);
  });

  it('reads a file, a key a line', async () => {
    const file = join(directory, 'keys');
    await writeFile(file, `# newest first\n${formatKeys([newest])}\r\n\n  ${formatKeys([old])}  \n`);
    expect(readKeys({ SLUICE_ENCRYPTION_KEYS_FILE: file })).toEqual([newest, old]);
  });

  it('says that a file is missing, or says nothing', async () => {
    const file = join(directory, 'none');
    const env = { SLUICE_ENCRYPTION_KEYS_FILE: file };
    expect(() => readKeys(env)).toThrow(/SLUICE_ENCRYPTION_KEYS_FILE cannot be read: .*ENOENT/);
    await writeFile(file, '# soon\n');
    expect(() => readKeys(env)).toThrow(`${file} (SLUICE_ENCRYPTION_KEYS_FILE), lines: there is no key`);
  });

  it.each([
    [secret, 'key 1: must be <id>=<base64 of 32 bytes>'],
    [`=${secret}`, 'key 1: must be <id>=<base64 of 32 bytes>'],
    [`a b=${secret}`, 'key 1: must be'],
    [`ok=${secret},bad=`, 'key 2: must be <id>=<base64 of 32 bytes>'],
    [
      `bad=${secret.slice(0, 12)}`,
      'key 1: the key bad has 9 bytes, it must have 32; `openssl rand -base64 32` makes one',
    ],
    [`bad=${secret.slice(0, -1)}`, 'the key bad is not in base64'],
    ['bad=correct horse battery staple', 'the key bad is not in base64'],
    [`a=${secret},a=${secret}`, 'the id a is given twice'],
    [',', 'there is no key'],
  ])('refuses %s, and never shows a key', (text, refusal) => {
    const message = messageOf(() => readKeys({ SLUICE_ENCRYPTION_KEYS: text }));
    expect(message).toContain(refusal);
    expect(message).not.toMatch(/horse/);
    expect(message).not.toContain(secret.slice(0, 12));
  });

  it('wants one place, not two', () => {
    const env = { SLUICE_ENCRYPTION_KEYS: formatKeys([newest]), SLUICE_ENCRYPTION_KEYS_FILE: '/keys' };
    expect(() => readKeys(env)).toThrow(
      'both SLUICE_ENCRYPTION_KEYS and SLUICE_ENCRYPTION_KEYS_FILE are set',
    );
  });
});

function messageOf(act: () => unknown): string {
  try {
    act();
    return '';
  } catch (error) {
    return String(error);
  }
}
