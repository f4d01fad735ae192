import { randomBytes } from 'node:crypto';
import type { EncryptionKey } from '../../../encryption/keys.ts';

/** A key that nobody else has. */
export function newKey(id: string): EncryptionKey {
  return { id, secret: randomBytes(32) };
}

/** Keys as a variable of the environment holds them. */
export function formatKeys(keys: readonly EncryptionKey[]): string {
  return keys.map(({ id, secret }) => `${id}=${secret.toString('base64')}`).join(',');
}
