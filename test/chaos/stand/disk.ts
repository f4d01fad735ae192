/** A disk of its own for Temporal's database, small enough to be filled. */
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { messageOf } from '../../../domain/message-of.ts';

export interface Disk {
  /** Leaves no byte. */
  fill(): Promise<void>;
  free(): Promise<void>;
  unmount(): Promise<void>;
}

/** Why there is none. */
export interface NoDisk {
  readonly lacks: string;
}

/** Many runs' databases; what fills it is memory. */
const size = '512m';

const block = Buffer.alloc(1024 * 1024);

/** Mounts memory at the directory, which takes root. */
export async function mountDisk(directory: string): Promise<Disk | NoDisk> {
  if (process.getuid?.() !== 0) return { lacks: 'mounting a small disk takes root' };
  await mkdir(directory, { recursive: true, mode: 0o700 });
  try {
    await execa('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=0700`, 'tmpfs', directory]);
  } catch (error) {
    return { lacks: `a small disk cannot be mounted: ${messageOf(error)}` };
  }
  const filler = join(directory, 'filler');
  return {
    fill: () => fill(filler),
    free: () => rm(filler, { force: true }),
    unmount: async () => {
      await execa('umount', [directory]);
    },
  };
}

async function fill(file: string): Promise<void> {
  const handle = await open(file, 'a');
  try {
    for (let length = block.length; length >= 1; length = Math.floor(length / 16))
      await append(handle, length);
  } finally {
    await handle.close();
  }
}

/** Writes pieces of that length until there is no room for one. */
async function append(handle: Awaited<ReturnType<typeof open>>, length: number): Promise<void> {
  try {
    for (;;) await handle.write(block, 0, length);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}
