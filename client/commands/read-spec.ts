import type { Document, SpecIssue } from '../../domain/spec/document.ts';
import { formatIssue, parseDocument } from '../../domain/spec/parse.ts';
import { fileSources } from '../../domain/spec/schema/application.ts';
import { messageOf } from '../../domain/message-of.ts';
import { readApplication } from '../application/read-application.ts';
import type { Context } from '../context.ts';
import { refuse } from '../errors.ts';
import { readTemplates, type WrongFile } from './read-templates.ts';

/** A document, and the plain value to start a workflow with: its text, with the gate templates of its files. */
export interface ReadSpec {
  readonly document: Document;
  readonly value: unknown;
}

/**
 * Reads and validates a spec file and the files of gate templates that it names.
 * @throws ClientError if the file cannot be read, or with everything that is wrong in it, or in those that it names
 */
export async function readSpec(context: Context, file: string): Promise<ReadSpec> {
  const text = await context.readFile(file).catch((error: unknown) => {
    throw refuse(`${file} cannot be read: ${messageOf(error)}`);
  });
  const { templates, wrong } = await readTemplates(context, file, text);
  if (wrong.length > 0) throw refuseFiles(wrong);
  const application = await readApplication(context, file, text);
  const parsed = parseDocument(text, { templates, objects: application?.objects ?? null });
  const others = application?.wrong ?? [];
  if ('document' in parsed && others.length === 0) return { document: parsed.document, value: parsed.value };
  throw refuseFiles(merged(file, 'issues' in parsed ? parsed.issues : [], others));
}

/** Mistakes of the spec with those of the files that its application consists of, those of one file together. */
function merged(file: string, issues: readonly SpecIssue[], others: readonly WrongFile[]): WrongFile[] {
  // That there are too few objects is no news where some could not be read.
  const own = others.length === 0 ? issues : issues.filter(({ path }) => !isSource(path));
  const here = [...own, ...others.filter((one) => one.file === file).flatMap((one) => one.issues)];
  const elsewhere = others.filter((one) => one.file !== file);
  return [...(here.length > 0 ? [{ file, issues: here }] : []), ...elsewhere];
}

function isSource(path: string): boolean {
  return fileSources.some((field) => path === `spec.application.${field}`);
}

function refuseFiles(wrong: readonly WrongFile[]) {
  const issues = wrong.flatMap((one) => one.issues.map((issue) => ({ file: one.file, ...issue })));
  return refuse(wrong.map(describe).join('\n'), issues);
}

function describe({ file, issues }: WrongFile): string {
  const count = issues.length === 1 ? '1 mistake' : `${issues.length} mistakes`;
  return [`${file} has ${count}:`, ...issues.map((issue) => formatIssue(issue, file))].join('\n');
}
