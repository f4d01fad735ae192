import { readFile } from 'node:fs/promises';

/** How a Go program begins what it says before it gives up; the cause is there, not at the end of the stack. */
const crash = /^(panic|fatal error):/;

/** End of a log file, indented, under a heading that names the file; empty when there is none. */
export async function logTail(file: string, count = 15): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  if (text === '') return '';
  const lines = text.trimEnd().split('\n');
  const crashed = lines.findLastIndex((line) => crash.test(line));
  const shown = crashed === -1 ? lines.slice(-count) : lines.slice(crashed, crashed + count);
  return [`from ${file}:`, ...shown.map((line) => `  ${line}`)].join('\n');
}
