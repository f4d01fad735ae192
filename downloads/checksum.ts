import { posix } from 'node:path';

const line = /^([0-9a-f]{64})(?:\s+\*?(\S+))?\s*$/gim;

/**
 * SHA-256 of a file out of what its project publishes: lines of sum and name as `sha256sum` writes them (signature
 * blocks around them are skipped), or one bare sum. Throws when the file is not among them.
 */
export function findChecksum(published: string, fileName: string): string {
  const entries = [...published.matchAll(line)].map(([, sum = '', name]) => ({
    sum: sum.toLowerCase(),
    name,
  }));
  const named = entries.find(({ name }) => name !== undefined && posix.basename(name) === fileName);
  const bare = entries.length === 1 ? entries.find(({ name }) => name === undefined) : undefined;
  const found = named ?? bare;
  if (found === undefined) throw new Error(`no checksum is published for ${fileName}`);
  return found.sum;
}
