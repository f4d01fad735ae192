/** Bodies of answers, up to a limit: nothing that answers may fill the worker's memory. */

/** Bytes of an answer of the API server: pods of a cluster of some ten thousand. */
export const longestApiAnswer = 256 * 1024 * 1024;

/** Bytes of an answer of a pod: a configuration dump of a large mesh has 2 MB. */
export const longestPodAnswer = 64 * 1024 * 1024;

/** Bytes of a page that a check reads. */
export const longestPage = 8 * 1024 * 1024;

/**
 * Reads a body, and stops at its limit.
 * @param body of an answer, in chunks
 * @param limit bytes that it may have
 * @returns its text as UTF-8; null where there is more of it
 */
export async function readBounded(body: AsyncIterable<Buffer>, limit: number): Promise<string | null> {
  const bytes = new BoundedBytes(limit);
  for await (const chunk of body) if (!bytes.add(chunk)) return null;
  return bytes.text();
}

/** Chunks that are kept up to a limit of all of them. */
export class BoundedBytes {
  private readonly chunks: Buffer[] = [];
  private readonly limit: number;
  private length = 0;

  /** @param limit bytes in all */
  constructor(limit: number) {
    this.limit = limit;
  }

  /** @returns false where the limit is passed: the chunk is not kept then */
  add(chunk: Buffer): boolean {
    this.length += chunk.length;
    if (this.length > this.limit) return false;
    this.chunks.push(chunk);
    return true;
  }

  text(): string {
    return Buffer.concat(this.chunks).toString('utf8');
  }
}

/**
 * Says that an answer was too long.
 * @param limit bytes that it may have
 */
export function tooLong(limit: number): string {
  return `the answer has more than ${limit / 1024 / 1024} MiB`;
}
