/** Reads files at paths from a spec or a setting: regular files of bounded size, never waiting for a writer. */
import { closeSync, constants, fstatSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';

/** A path that leads to no file that can be read; its message says why, and nothing of what is in the file. */
export class FileError extends Error {}

export interface FileLimits {
  /** Bytes. */
  readonly limit: number;
  /** Whether a symbolic link may lead out of the directory that the path names; by default it must not. */
  readonly linksAnywhere?: boolean;
}

/**
 * Reads a regular file as UTF-8. Devices, pipes and sockets are refused without being opened: one that gives no end
 * would end the process, one that gives nothing would stop it.
 * @param path of the file
 * @param limits what it may be
 * @returns its text
 * @throws FileError if it is not there, not a regular file, too large, or behind a link out of its directory
 */
export function readRegularFile(path: string, { limit, linksAnywhere = false }: FileLimits): string {
  try {
    const real = realpathSync(path);
    if (!linksAnywhere && !isWithin(real, realpathSync(dirname(path))))
      throw new FileError('it is a symbolic link out of its directory: give the path of the file itself');
    requireRegular(statSync(real));
    return readBounded(real, limit);
  } catch (error) {
    throw error instanceof FileError ? error : new FileError(reasonOf(error), { cause: error });
  }
}

/**
 * Whether a path is a directory, or something in it; both without links.
 * @param path to be judged
 * @param directory that it has to be in
 */
export function isWithin(path: string, directory: string): boolean {
  const way = relative(directory, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !way.startsWith(sep));
}

/** O_NONBLOCK: a pipe that replaced the file after the check must not block the process. */
function readBounded(path: string, limit: number): string {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  try {
    requireRegular(fstatSync(file));
    const buffer = Buffer.alloc(limit + 1);
    const length = fill(buffer, file);
    if (length > limit) throw new FileError(`it has more than ${limit} bytes`);
    return buffer.toString('utf8', 0, length);
  } finally {
    closeSync(file);
  }
}

/** The size that a file tells is not to be believed: those of `/proc` say 0. */
function fill(buffer: Buffer, file: number): number {
  let length = 0;
  while (length < buffer.length) {
    const read = readSync(file, buffer, length, buffer.length - length, null);
    if (read === 0) break;
    length += read;
  }
  return length;
}

function requireRegular(stats: { isFile: () => boolean; isDirectory: () => boolean }): void {
  if (stats.isFile()) return;
  throw new FileError(
    stats.isDirectory() ? 'it is a directory' : 'it is a device, a pipe or a socket, not a file',
  );
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'it is a symbolic link to itself',
  ENAMETOOLONG: 'the path is too long',
};

function reasonOf(error: unknown): string {
  const { code = 'an unknown error' } = error as NodeJS.ErrnoException;
  return reasons[code] ?? code;
}
