/** Recorded histories, a file a story. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

export const histories = fileURLToPath(new URL('histories/', import.meta.url));

export interface Recording {
  readonly workflowId: string;
  readonly events: readonly unknown[];
}

/** Path of a story's recording. */
export function recordingOf(name: string): string {
  return `${histories}${name}.json`;
}

export async function readRecording(name: string): Promise<Recording> {
  return JSON.parse(await readFile(recordingOf(name), 'utf8')) as Recording;
}
