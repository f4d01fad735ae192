import { DescribeClusterCommand } from '@aws-sdk/client-eks';
import { KubeConfig } from '@kubernetes/client-node';
import { ApplicationFailure } from '@temporalio/activity';
import { ask } from '../aws/call.ts';
import type { AwsClients, AwsCredentials } from '../aws/clients.ts';
import { credentialsGeneration } from '../aws/credentials.ts';
import { eksToken, tokenLifetime } from '../aws/token.ts';

/** How to reach the API server of an EKS cluster. */
export interface EksEndpoint {
  readonly server: string;
  /** Certificate of its authority, PEM in base64. */
  readonly certificateAuthority: string;
}

/** Where the API server of an EKS cluster is. */
export async function eksEndpoint({ eks }: AwsClients, name: string): Promise<EksEndpoint> {
  const { cluster } = await ask(`find the API server of EKS cluster ${name}`, (options) =>
    eks.send(new DescribeClusterCommand({ name }), options),
  );
  const { endpoint: server, certificateAuthority } = cluster ?? {};
  if (server !== undefined && certificateAuthority?.data !== undefined)
    return { server, certificateAuthority: certificateAuthority.data };
  throw ApplicationFailure.retryable(`EKS cluster ${name} has no API server yet`);
}

/** Makes tokens for a cluster; each serves until shortly before it ends. */
export function tokenSource({ sts }: AwsClients, cluster: string): () => Promise<string> {
  let kept: { readonly token: string; readonly until: number; readonly of: number } | null = null;
  return async () => {
    if (kept?.of === credentialsGeneration() && Date.now() < kept.until) return kept.token;
    const of = credentialsGeneration();
    const at = new Date();
    const [region, credentials] = await ask(`sign a token for EKS cluster ${cluster}`, () =>
      Promise.all([sts.config.region(), sts.config.credentials()]),
    );
    const token = await eksToken({ cluster, region, host: stsHost({ sts }, region), credentials, at });
    kept = { token, until: Math.min(at.getTime() + tokenLifetime, endOf(credentials)), of };
    return token;
  };
}

/** A token dies with the session that signed it; it is given up a minute before, in ms since 1970. */
function endOf({ expiration }: AwsCredentials): number {
  return expiration === undefined ? Infinity : expiration.getTime() - 60_000;
}

/** The public endpoint of the region: API servers of EKS take a token for no other, whatever the SDK is told to call. */
function stsHost({ sts }: Pick<AwsClients, 'sts'>, region: string): string {
  return sts.config.endpointProvider({ Region: region, UseFIPS: false, UseDualStack: false }).url.hostname;
}

/** A kubeconfig in memory: its tokens are made when they are needed, and stand in no file and no history. */
export async function eksConfig(aws: AwsClients, name: string): Promise<KubeConfig> {
  const { server, certificateAuthority } = await eksEndpoint(aws, name);
  const token = tokenSource(aws, name);
  const config = new KubeConfig();
  config.addAuthenticator({
    isAuthProvider: () => true,
    applyAuthentication: async (_user, options) => {
      options.headers = Object.assign(options.headers ?? {}, { Authorization: `Bearer ${await token()}` });
    },
  });
  config.loadFromClusterAndUser(
    { name, server, caData: certificateAuthority, skipTLSVerify: false },
    { name },
  );
  return config;
}
