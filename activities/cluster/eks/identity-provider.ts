import { DeleteOpenIDConnectProviderCommand } from '@aws-sdk/client-iam';
import { ApplicationFailure, log } from '@temporalio/activity';
import { FailureType } from '../../../domain/failure.ts';
import { change, unless } from '../../aws/call.ts';
import { isCredentialFailure } from '../../aws/failure.ts';
import { describeCluster } from './cluster.ts';
import type { EksOperation } from './operation.ts';

/**
 * Removes the cluster's OpenID Connect provider, which `eksctl utils associate-iam-oidc-provider` or a person made for
 * roles of service accounts: its issuer ends with the cluster. A worker without that right leaves it and logs a warning.
 * @param operation the cluster
 */
export async function removeIdentityProvider(operation: EksOperation): Promise<void> {
  const cluster = await describeCluster(operation);
  const issuer = cluster?.identity?.oidc?.issuer?.replace(/^https?:\/\//, '');
  if (issuer === undefined) return;
  const [, partition = 'aws', , , account = ''] = (cluster?.arn ?? '').split(':');
  const OpenIDConnectProviderArn = `arn:${partition}:iam::${account}:oidc-provider/${issuer}`;
  const command = new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn });
  await unless(
    (name) => name === 'NoSuchEntity' || name === 'NoSuchEntityException',
    () => change(`delete ${OpenIDConnectProviderArn}`, (options) => operation.aws.iam.send(command, options)),
  ).catch(noteDenied);
}

function noteDenied(error: unknown): void {
  const isDenied = error instanceof ApplicationFailure && error.type === FailureType.accessDenied;
  if (!isDenied || isCredentialFailure(error)) throw error;
  log.warn(`the OpenID Connect provider of the cluster stays: ${error.message}`);
}
