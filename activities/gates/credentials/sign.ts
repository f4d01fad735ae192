import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { messageOf } from '../../../domain/message-of.ts';
import { awsClients } from '../../aws/clients.ts';
import { CredentialsError } from './read.ts';

/** How requests to AWS are signed; what is absent is found as the AWS CLI finds it. */
export interface Signing {
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  /** AWS' name of the service, such as `aps` for Amazon Managed Service for Prometheus. */
  readonly service: string;
}

export interface Unsigned {
  readonly method: 'GET' | 'POST';
  /** Its query is escaped as `escapeQuery` does it. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * Headers of a request, with its Signature Version 4.
 * @throws CredentialsError where the worker has no credentials of AWS, or no region
 */
export async function signed({ region, profile, service }: Signing, request: Unsigned) {
  const { method, url, headers, body } = request;
  const found = await awsIdentity(region ?? null, profile ?? null);
  const signer = new SignatureV4({ service, ...found, sha256: Sha256 });
  const { headers: all } = await signer.sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { host: url.host, ...headers },
    ...(body !== undefined && { body }),
  });
  return all;
}

/** Credentials and region of AWS, as the AWS CLI would take them. */
export async function awsIdentity(region: string | null, profile: string | null) {
  const { config } = awsClients({ region, profile }).sts;
  try {
    return { region: await config.region(), credentials: await config.credentials() };
  } catch (error) {
    throw new CredentialsError(`the worker cannot sign for AWS: ${messageOf(error)}`, { cause: error });
  }
}

/** A query in RFC 3986, which is what is signed: a plus sign would be read as one. */
export function escapeQuery(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([key, value]) => `${escape(key)}=${escape(value)}`)
    .join('&');
}

function escape(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
