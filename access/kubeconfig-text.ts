/** The text of a kubeconfig as plain values; its messages never quote it, as any other file may be taken for one. */
import { LineCounter, parseDocument } from 'yaml';
import * as z from 'zod';

const text = z.string();

/** A program that makes credentials (client.authentication.k8s.io). */
const execSchema = z.looseObject({
  apiVersion: text,
  command: text.min(1),
  args: z.array(text).nullish(),
  env: z.array(z.object({ name: text, value: text })).nullish(),
});
export type ExecPlugin = z.output<typeof execSchema>;

const userSchema = z.looseObject({
  tokenFile: text.optional(),
  'client-certificate': text.optional(),
  'client-key': text.optional(),
  exec: execSchema.nullish(),
  'auth-provider': z.looseObject({ name: text }).nullish(),
});

const clusterSchema = z.looseObject({ server: text, 'certificate-authority': text.optional() });
const contextSchema = z.looseObject({ cluster: text, user: text.optional() });

const named = <Field extends string, Schema extends z.ZodType>(field: Field, schema: Schema) =>
  z.array(
    z.looseObject({ name: text, [field]: schema } as Record<'name', typeof text> & Record<Field, Schema>),
  );

const kubeconfigSchema = z.looseObject({
  'current-context': text.nullish(),
  clusters: named('cluster', clusterSchema).nullish(),
  users: named('user', userSchema.nullish()).nullish(),
  contexts: named('context', contextSchema).nullish(),
});

/** A kubeconfig as it is written. */
export type KubeconfigText = z.output<typeof kubeconfigSchema>;

/**
 * Reads a kubeconfig.
 * @param source its YAML or JSON
 * @throws Error that says what is wrong with it and where, without a word of it
 */
export function parseKubeconfig(source: string): KubeconfigText {
  const lineCounter = new LineCounter();
  const document = readYaml(source, lineCounter);
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lineCounter.linePos(error.pos[0]);
    throw new Error(`it is not valid YAML at line ${line}, column ${col}`);
  }
  const { data, error: mismatch } = kubeconfigSchema.safeParse(valueOf(document));
  if (data === undefined) throw new Error(describe(mismatch));
  return data;
}

/** The parser's calls go as deep as the text does. */
function readYaml(source: string, lineCounter: LineCounter): ReturnType<typeof parseDocument> {
  try {
    return parseDocument(source, { lineCounter, prettyErrors: false, uniqueKeys: false });
  } catch {
    throw new Error('it is no kubeconfig: it nests too deep');
  }
}

function valueOf(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    // Aliases that lead nowhere, or expand without bounds.
    return null;
  }
}

function describe(mismatch: z.ZodError | undefined): string {
  const path =
    mismatch?.issues[0]?.path.filter((segment) => typeof segment === 'number' || isField(segment)) ?? [];
  return path.length === 0 ? 'it is no kubeconfig' : `its ${path.join('.')} is missing or of the wrong type`;
}

/** Names of fields are the format's own; nothing else of a file is shown. */
function isField(segment: PropertyKey): boolean {
  return /^[a-z-]{1,32}$/i.test(String(segment));
}
