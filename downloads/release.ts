import { posix } from 'node:path';
import { findChecksum } from './checksum.ts';
import { fetchFile, fetchText, type FetchContext } from './fetch.ts';

/** A file of an official release, and the checksum published with it. */
export interface PublishedFile {
  url: string;
  /** Where SHA-256 sums are published: a list of sums and names, or the bare sum. */
  checksumUrl: string;
}

/** Whether `SLUICE_SKIP_DOWNLOADS` says that official releases are not tried. */
export function isSkipped(env: Readonly<Record<string, string | undefined>>): boolean {
  return !['', '0', 'false', undefined].includes(env.SLUICE_SKIP_DOWNLOADS);
}

/**
 * Fetches a published file; throws when its SHA-256 is not the published one. `onPart` takes the share received so
 * far, 0 to 1.
 */
export async function fetchVerified(
  { url, checksumUrl }: PublishedFile,
  file: string,
  context: FetchContext,
  onPart: (share: number) => void,
): Promise<void> {
  const expected = findChecksum(await fetchText(checksumUrl, context), posix.basename(new URL(url).pathname));
  const actual = await fetchFile(url, file, context, onPart);
  if (actual !== expected)
    throw new Error(`${url} has SHA-256 ${actual}, but ${expected} is published for it`);
}
