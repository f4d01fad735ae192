/** Files of gate templates, beside the spec that names them. */
import { dirname, isAbsolute, join } from 'node:path';
import { messageOf } from '../../domain/message-of.ts';
import type { SpecIssue } from '../../domain/spec/document.ts';
import type { TemplateFiles } from '../../domain/spec/templates/files.ts';
import {
  parseTemplates,
  type TemplateReference,
  templateReferences,
} from '../../domain/spec/templates/parse-templates.ts';
import type { Context } from '../context.ts';

/** A file, and everything that is wrong in it. */
export interface WrongFile {
  readonly file: string;
  readonly issues: readonly SpecIssue[];
}

/** Templates of each file that the text of a spec names, and the files that are wrong. */
export interface ReadTemplates {
  readonly templates: TemplateFiles;
  readonly wrong: readonly WrongFile[];
}

/** Reads the files of gate templates that a spec names; their paths start from where the spec is. */
export async function readTemplates(context: Context, spec: string, text: string): Promise<ReadTemplates> {
  const read = await Promise.all(
    templateReferences(text).map((reference) => readOne(context, spec, reference)),
  );
  return {
    templates: read.flatMap((one) => ('templates' in one ? [one.templates] : [])),
    wrong: read.flatMap((one) => ('issues' in one ? one : [])),
  };
}

async function readOne(
  { readFile }: Context,
  spec: string,
  { file: path, issue }: TemplateReference,
): Promise<WrongFile | { readonly templates: readonly unknown[] }> {
  const file = isAbsolute(path) ? path : join(dirname(spec), path);
  try {
    return { file, ...parseTemplates(await readFile(file)) };
  } catch (error) {
    return { file: spec, issues: [issue(`${file} cannot be read: ${messageOf(error)}`)] };
  }
}
