import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { chooseBlock, type Block } from './block.ts';
import { labPaths, type LabPaths } from './paths.ts';
import { readJson, writeJson } from './process/json-file.ts';

const labFile = z.object({
  name: z.string(),
  block: z.string().regex(/^127\.\d{2,3}$/),
  /** Paths of the tools the lab's cluster runs on; empty until the first `up` had them all. */
  tools: z.record(z.string(), z.string()),
  /** Kubeconfig of a webhook that knows further bearer tokens. */
  tokenWebhook: z.string().optional(),
  /** Whether the API server logs its requests. */
  audit: z.boolean().optional(),
});

/** What a lab remembers of itself between commands. */
export type LabFile = z.infer<typeof labFile>;

/** The lab's file; `undefined` when there is no such lab. Throws, naming the file, when it is damaged. */
export async function readLabFile(paths: LabPaths): Promise<LabFile | undefined> {
  const value = await readJson(paths.lab);
  if (value === undefined) return undefined;
  const parsed = labFile.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error(`${paths.lab} is damaged: remove the lab with 'sluice lab down' and start it again`, {
    cause: parsed.error,
  });
}

/** Writes the lab's file. */
export async function writeLabFile(paths: LabPaths, file: LabFile): Promise<void> {
  await writeJson(paths.lab, file);
}

/** The lab's file, made with a free block of addresses at the first call. */
export async function ensureLabFile(name: string, paths: LabPaths): Promise<LabFile> {
  const found = await readLabFile(paths);
  if (found !== undefined) return found;
  const file = { name, block: await chooseBlock(paths.root, await takenBlocks(paths)), tools: {} };
  await writeLabFile(paths, file);
  return file;
}

/** Blocks of the other labs of this user, running or not: one that is down for a moment wants its own again. */
async function takenBlocks(paths: LabPaths): Promise<Set<Block>> {
  const names = (await readdir(dirname(paths.root), { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
  const files = await Promise.all(names.map((name) => blockOf(name)));
  return new Set(files.filter((block) => block !== undefined));
}

async function blockOf(name: string): Promise<Block | undefined> {
  try {
    return (await readLabFile(labPaths(name)))?.block;
  } catch {
    // Another lab's damage, or a directory that is no lab, is no reason not to start this one.
    return undefined;
  }
}
