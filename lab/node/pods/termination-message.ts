import { readFile } from 'node:fs/promises';
import type { Container } from '../api/models.ts';
import { logFile } from './container-setup.ts';

/** What the kubelet takes of a log: characters from its end, and no more than as many lines. */
const longest = 2048;
const mostLines = 80;

/**
 * What a container that failed leaves as its message: the end of its log, where its policy asks for that. A message
 * that the process writes itself has no place here: it would be one file for the whole machine.
 */
export async function terminationMessage(
  directory: string,
  { name, terminationMessagePolicy }: Container,
  exitCode: number,
): Promise<string | undefined> {
  if (exitCode === 0 || terminationMessagePolicy !== 'FallbackToLogsOnError') return undefined;
  // A log that cannot be read must not hide that the container ended.
  const log = await readFile(logFile(directory, name), 'utf8').catch(() => '');
  return log.slice(-longest).trimEnd().split('\n').slice(-mostLines).join('\n');
}
