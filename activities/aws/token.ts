import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsCredentials } from './clients.ts';

/** How long a token is good for, in ms: the API servers of EKS take it for 15 minutes from its signature. */
export const tokenLifetime = 14 * 60_000;

/** Seconds that the signed address is good for; the AWS CLI's. */
const signatureLifetime = 60;

const prefix = 'k8s-aws-v1.';
const clusterHeader = 'x-k8s-aws-id';

/** What a token is made of. */
export interface TokenInput {
  /** Name of the EKS cluster. */
  readonly cluster: string;
  readonly region: string;
  /** Host of STS in the region, as in `sts.us-west-1.amazonaws.com`. */
  readonly host: string;
  readonly credentials: AwsCredentials;
  readonly at: Date;
}

/**
 * A bearer token for the API server of an EKS cluster: the presigned address of STS GetCallerIdentity, which the
 * server calls to learn who asks. The same as `aws eks get-token` makes
 * (https://github.com/kubernetes-sigs/aws-iam-authenticator#api-authorization-from-outside-a-cluster).
 */
export async function eksToken({ cluster, region, host, credentials, at }: TokenInput): Promise<string> {
  const signer = new SignatureV4({ service: 'sts', region, credentials, sha256: Sha256 });
  const request = {
    method: 'GET',
    protocol: 'https:',
    hostname: host,
    path: '/',
    query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
    headers: { host, [clusterHeader]: cluster },
  };
  const { query = {} } = await signer.presign(request, {
    expiresIn: signatureLifetime,
    signingDate: at,
    unhoistableHeaders: new Set([clusterHeader]),
  });
  const signed = inOrder(query).map(([key, value]) => `${key}=${encode(String(value))}`);
  return prefix + Buffer.from(`https://${host}/?${signed.join('&')}`).toString('base64url');
}

/** The AWS CLI's order: a session's token next to last. The signature is of the sorted query, whatever the order. */
function inOrder(query: Readonly<Record<string, unknown>>): [string, unknown][] {
  const last = ['X-Amz-Security-Token', 'X-Amz-Signature'];
  return Object.entries(query).sort(([a], [b]) => last.indexOf(a) - last.indexOf(b));
}

/** As AWS signs it: RFC 3986, which also escapes what encodeURIComponent leaves. */
function encode(value: string): string {
  return encodeURIComponent(value).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
