/** What the readers of an application's sources share. */
import type { ApplicationObject } from '../../domain/spec/application.ts';
import type { WrongFile } from '../commands/read-templates.ts';
import type { Context } from '../context.ts';

/** Objects, and the files that are wrong. */
export interface ReadObjects {
  readonly objects: readonly ApplicationObject[];
  readonly wrong: readonly WrongFile[];
}

/** What somebody who reads an application needs to know of its spec. */
export interface SpecFile {
  readonly context: Context;
  /** A path as the spec gives it, from where the spec is. */
  readonly pathOf: (path: string) => string;
  /** What is wrong with a field of `spec.application`, at its place in the spec. */
  readonly wrongAt: (path: readonly PropertyKey[], message: string) => WrongFile;
  /** Name of the document, and the namespace of its objects; null where the document has one that is wrong. */
  readonly name: string | null;
  readonly namespace: string | null;
}
