import { open, type FileHandle } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** How much of a log to send. */
export interface LogRequest {
  follow: boolean;
  /** Last lines to begin with; all when left out. */
  tailLines: number | undefined;
}

const pollInterval = 250;
const newline = 10;

/** Sends a log file, and with `follow` what is appended to it until the reader or the container is gone. */
export async function sendLog(
  file: string,
  request: LogRequest,
  response: ServerResponse,
  running: () => boolean,
): Promise<void> {
  const log = await openLog(file);
  response.writeHead(200, { 'content-type': 'text/plain' });
  if (log === undefined) {
    response.end();
    return;
  }
  try {
    let position = await startOf(log, request.tailLines);
    do {
      const last = !running();
      position = await copy(log, position, response);
      if (!request.follow || last) break;
      await sleep(pollInterval);
    } while (!response.destroyed);
    response.end();
  } finally {
    await log.close();
  }
}

async function openLog(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, 'r');
  } catch (error) {
    // The container has not started yet: an empty log.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function startOf(log: FileHandle, tailLines: number | undefined): Promise<number> {
  if (tailLines === undefined) return 0;
  const { size } = await log.stat();
  const text = Buffer.alloc(size);
  await log.read(text, 0, size, 0);
  return tailStart(text, tailLines);
}

/** Offset at which the last `lines` lines of a text begin. */
export function tailStart(text: Buffer, lines: number): number {
  if (lines === 0) return text.length;
  // A newline at the very end closes the last line, it does not begin another.
  let end = text.at(-1) === newline ? text.length - 1 : text.length;
  for (let left = lines; left > 0; left--) {
    const found = end === 0 ? -1 : text.lastIndexOf(newline, end - 1);
    if (found === -1) return 0;
    end = found;
  }
  return end + 1;
}

async function copy(log: FileHandle, from: number, response: ServerResponse): Promise<number> {
  const { size } = await log.stat();
  // A log that was cut short begins anew.
  let position = size < from ? 0 : from;
  const buffer = Buffer.alloc(64 * 1024);
  while (!response.destroyed) {
    const { bytesRead } = await log.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) break;
    response.write(Buffer.from(buffer.subarray(0, bytesRead)));
    position += bytesRead;
  }
  return position;
}
