import type { Dispatcher } from 'undici';
import { readSecret } from './read.ts';
import type { CredentialSet } from './schema.ts';
import { signed } from './sign.ts';
import { dispatcherFor } from './tls.ts';

/** What a request is sent with. */
export interface Authorized {
  readonly headers: Readonly<Record<string, string>>;
  readonly dispatcher: Dispatcher | undefined;
  /** What no message may repeat, should a server do so. */
  readonly secrets: readonly string[];
}

/** A request without credentials. */
export const anonymous: Authorized = { headers: {}, dispatcher: undefined, secrets: [] };

/** Header by which Mimir, Cortex and Loki know a tenant. */
const tenantHeader = 'X-Scope-OrgID';

/** Shorter values are words that a server may well say by itself. */
const shortestSecret = 6;

/**
 * The headers and the connections that credentials ask for.
 * @param name of the credentials, for messages
 * @param url of the request, a GET
 * @throws CredentialsError where a secret is not there
 */
export async function authorize(name: string, set: CredentialSet, url: URL): Promise<Authorized> {
  const own = await ownHeaders(name, set);
  const { headers: authorization, secrets } = await authorizationOf(name, set);
  const headers = { ...own, ...authorization };
  return {
    headers: set.sigv4 === undefined ? headers : await signed(set.sigv4, { method: 'GET', url, headers }),
    dispatcher: set.tls === undefined ? undefined : await dispatcherFor(name, set.tls),
    secrets: [...secrets, ...Object.values(own)],
  };
}

/** A text without the secrets that a request was sent with. */
export function withoutSecrets(text: string, { secrets }: Pick<Authorized, 'secrets'>): string {
  return secrets
    .filter((secret) => secret.length >= shortestSecret)
    .reduce((clean, secret) => clean.replaceAll(secret, '(secret)'), text);
}

async function ownHeaders(name: string, { headers = {}, tenant }: CredentialSet) {
  const all = { ...headers, ...(tenant !== undefined && { [tenantHeader]: tenant }) };
  const read = Object.entries(all).map(
    async ([header, secret]) => [header, await readSecret(secret, `${name}.headers.${header}`)] as const,
  );
  return Object.fromEntries(await Promise.all(read));
}

async function authorizationOf(name: string, { basicAuth, bearerToken }: CredentialSet) {
  if (bearerToken !== undefined) {
    const token = await readSecret(bearerToken, `${name}.bearerToken`);
    return { headers: { authorization: `Bearer ${token}` }, secrets: [token] };
  }
  if (basicAuth === undefined) return { headers: {}, secrets: [] };
  const username = await readSecret(basicAuth.username, `${name}.basicAuth.username`);
  const password = await readSecret(basicAuth.password, `${name}.basicAuth.password`);
  const encoded = Buffer.from(`${username}:${password}`).toString('base64');
  return { headers: { authorization: `Basic ${encoded}` }, secrets: [encoded, password] };
}
