import { parse, YAMLParseError } from 'yaml';
import { readRegularFile } from '../../../access/regular-file.ts';
import { messageOf } from '../../../domain/message-of.ts';
import { withoutTrailingSlashes } from '../../../domain/trailing-slashes.ts';
import { credentialsSchema, type CredentialSet, type Secret } from './schema.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Variable with the path of the worker's file. */
export const credentialsVariable = 'SLUICE_PROMETHEUS_CREDENTIALS';

/** Bytes of a file of credentials, or of one secret. */
const longestFile = 1024 * 1024;

/** What a spec names and the worker does not have, or has wrong; it never holds a secret. */
export class CredentialsError extends Error {}

/**
 * The credentials of a name, for an address. Read anew each time: files that are replaced count at once.
 * @throws CredentialsError that names the place in the worker's file
 */
export async function readCredentials(
  name: string,
  address: string,
  env: Environment = process.env,
): Promise<CredentialSet> {
  const path = env[credentialsVariable]?.trim() ?? '';
  const asked = `spec.metrics.prometheus.credentials names ${JSON.stringify(name)}`;
  if (path === '') {
    throw new CredentialsError(
      `${asked}, and the worker has no credentials: set ${credentialsVariable} to its file of them (docs/configuration.md)`,
    );
  }
  const sets = await readSets(path);
  const found = Object.hasOwn(sets, name) ? sets[name] : undefined;
  if (found === undefined) {
    const known = Object.keys(sets).join(', ') || 'nothing';
    throw new CredentialsError(`${asked}, and the worker's file ${path} has ${known}`);
  }
  if (!found.addresses.some((base) => isUnder(address, base))) {
    throw new CredentialsError(
      `${asked} for ${address}, and the worker's file ${path} has them for ${found.addresses.join(', ')} alone`,
    );
  }
  return found;
}

/**
 * The text of a secret, without the line break that editors leave at its end.
 * @throws CredentialsError where it is not there
 */
export async function readSecret(
  secret: Secret,
  place: string,
  env: Environment = process.env,
): Promise<string> {
  if (typeof secret === 'string') return Promise.resolve(secret);
  if ('env' in secret) return orRefuse(env[secret.env], `${place}: the worker has no variable ${secret.env}`);
  const text = readOrRefuse(secret.file, `${place}: the worker cannot read ${secret.file}`);
  return orRefuse(text.replace(/\r?\n$/, ''), `${place}: the worker's file ${secret.file} is empty`);
}

async function readSets(path: string): Promise<Record<string, CredentialSet>> {
  const { data, error } = credentialsSchema.safeParse(await readYaml(path));
  if (data !== undefined) return data;
  // Of a value that is wrong only the place is told: it may be a secret.
  const issues = error.issues.map((issue) => `${issue.path.join('.')}: it must be ${issue.message}`);
  throw new CredentialsError(`the worker's file ${path} is wrong: ${issues.join('; ')}`);
}

async function readYaml(path: string): Promise<unknown> {
  const text = readOrRefuse(path, `the worker cannot read ${path} of ${credentialsVariable}`);
  try {
    return await Promise.resolve(parse(text, { prettyErrors: false }) as unknown);
  } catch (error) {
    // Neither its words nor a cause: they quote what is in the file.
    throw new CredentialsError(`the worker's file ${path} is not YAML${placeOf(error, text)}`);
  }
}

function placeOf(error: unknown, text: string): string {
  if (!(error instanceof YAMLParseError)) return '';
  return `: line ${text.slice(0, error.pos[0]).split('\n').length} (${error.code})`;
}

/** Secrets that Kubernetes mounts are links. */
function readOrRefuse(path: string, otherwise: string): string {
  try {
    return readRegularFile(path, { limit: longestFile, linksAnywhere: true });
  } catch (error) {
    throw new CredentialsError(`${otherwise}: ${messageOf(error)}`);
  }
}

/** Whether an address is one that credentials are for: of the same origin, and at or below its path. */
function isUnder(address: string, base: string): boolean {
  const [given, allowed] = [new URL(address), new URL(base)];
  const path = `${withoutTrailingSlashes(allowed.pathname)}/`;
  return given.origin === allowed.origin && `${given.pathname}/`.startsWith(path);
}

function orRefuse(text: string | undefined, message: string): string {
  if (text === undefined || text === '') throw new CredentialsError(message);
  return text;
}
