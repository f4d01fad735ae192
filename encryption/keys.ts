/** The keys that payloads are encrypted with: from a file or a variable, never from the command line. */
import { readFileSync } from 'node:fs';
import { messageOf } from '../domain/message-of.ts';

/** One key of AES-256. */
export interface EncryptionKey {
  /** Goes with every payload in the clear, so that others know which key it takes. */
  readonly id: string;
  readonly secret: Buffer;
}

/** The first key encrypts, all of them decrypt; without any, nothing is encrypted. */
export type EncryptionKeys = readonly EncryptionKey[];

type Environment = Readonly<Record<string, string | undefined>>;

export const keysVariable = 'SLUICE_ENCRYPTION_KEYS';
export const keysFileVariable = 'SLUICE_ENCRYPTION_KEYS_FILE';

const keyBytes = 32;
const idForm = /^[A-Za-z0-9._-]{1,64}$/;
const form = `<id>=<base64 of ${keyBytes} bytes>`;
const remedy = `\`openssl rand -base64 ${keyBytes}\` makes one`;

/**
 * Reads keys, the one that encrypts first: `<id>=<base64>`, one a line of the file, or separated by commas in the
 * variable; `#` begins a line that says nothing.
 * @throws Error that names the place and what is wrong, and never what a key is
 */
export function readKeys(env: Environment): EncryptionKeys {
  const text = env[keysVariable]?.trim() ?? '';
  const file = env[keysFileVariable]?.trim() ?? '';
  if (text !== '' && file !== '')
    throw new Error(`both ${keysVariable} and ${keysFileVariable} are set: set one of them`);
  if (file !== '') return parseKeys(readKeysFile(file).split('\n'), `${file} (${keysFileVariable}), line`);
  return text === '' ? [] : parseKeys(text.split(','), `${keysVariable}, key`);
}

function readKeysFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`the file of ${keysFileVariable} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

function parseKeys(lines: readonly string[], where: string): EncryptionKeys {
  const keys = lines.flatMap((line, index) => {
    const text = line.trim();
    return text === '' || text.startsWith('#') ? [] : [parseKey(text, `${where} ${index + 1}`)];
  });
  const twice = keys.find(({ id }, index) => keys.findIndex((key) => key.id === id) < index);
  if (twice) throw new Error(`${where}s: the id ${twice.id} is given twice, each key has its own`);
  if (keys.length === 0)
    throw new Error(`${where}s: there is no key, at least one ${form} is needed; ${remedy}`);
  return keys;
}

function parseKey(text: string, where: string): EncryptionKey {
  const end = text.indexOf('=');
  const id = text.slice(0, Math.max(0, end)).trim();
  const base64 = text.slice(end + 1).trim();
  // What is there instead of an id may be a key: it is not shown.
  if (!idForm.test(id) || base64 === '')
    throw new Error(`${where}: must be ${form}, the id of letters, digits, dots, dashes and underscores`);
  const secret = Buffer.from(base64, 'base64');
  if (secret.toString('base64') !== base64)
    throw new Error(`${where}: the key ${id} is not in base64; ${remedy}`);
  if (secret.length !== keyBytes)
    throw new Error(
      `${where}: the key ${id} has ${secret.length} bytes, it must have ${keyBytes}; ${remedy}`,
    );
  return { id, secret };
}
