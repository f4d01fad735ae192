/** What a tool printed, read as objects. */
import type { ApplicationObject } from '../../domain/spec/application.ts';
import { parseObjects } from '../../domain/spec/objects/parse-objects.ts';
import type { ToolResult } from '../run-tool.ts';
import type { ReadObjects, SpecFile } from './spec-file.ts';

/** Lines of a tool's last words that a message quotes. */
const quotedLines = 5;

/** Objects of a tool's output; its failure, and mistakes in what it made, are mistakes of the spec's field. */
export function readRendered(
  what: string,
  { exitCode, stdout, stderr }: ToolResult,
  field: string,
  { wrongAt }: SpecFile,
  pick: (objects: readonly ApplicationObject[]) => ApplicationObject[] = (objects) => [...objects],
): ReadObjects {
  const refuse = (message: string) => ({ objects: [], wrong: [wrongAt([field], message)] });
  if (exitCode !== 0) return refuse(`${what} failed: ${tailOf(stderr || stdout) || `exit code ${exitCode}`}`);
  const parsed = parseObjects(stdout);
  if ('objects' in parsed) return { objects: pick(parsed.objects), wrong: [] };
  const wrong = parsed.issues.map(({ path, message, line }) => {
    const place = [`line ${line ?? 1} of what ${what} gives`, path].filter(Boolean).join(', ');
    return wrongAt([field], `${place}: ${message}`);
  });
  const [first] = wrong;
  if (first === undefined) return refuse(`${what} gives nothing that can be read`);
  return { objects: [], wrong: [{ file: first.file, issues: wrong.flatMap(({ issues }) => issues) }] };
}

function tailOf(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter(Boolean).slice(-quotedLines).join('; ');
}
