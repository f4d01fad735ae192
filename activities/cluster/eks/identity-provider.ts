import { DeleteOpenIDConnectProviderCommand } from '@aws-sdk/client-iam';
import { ApplicationFailure, log } from '@temporalio/activity';
import { FailureType } from '../../../domain/failure.ts';
import { change, unless } from '../../aws/call.ts';
import { isCredentialFailure } from '../../aws/failure.ts';
import { describeCluster } from './cluster.ts';
import type { Errand } from './errand.ts';

/**
 * Removes the cluster's OpenID Connect provider, which `eksctl utils associate-iam-oidc-provider` or a person made for
 * roles of service accounts: its issuer ends with the cluster. A worker that may not leaves it, and says so.
 * @param errand the cluster
 */
export async function removeIdentityProvider(errand: Errand): Promise<void> {
  const cluster = await describeCluster(errand);
  const issuer = cluster?.identity?.oidc?.issuer?.replace(/^https?:\/\//, '');
  if (issuer === undefined) return;
  const [, partition = 'aws', , , account = ''] = (cluster?.arn ?? '').split(':');
  const OpenIDConnectProviderArn = `arn:${partition}:iam::${account}:oidc-provider/${issuer}`;
  const command = new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn });
  await unless(
    (name) => name === 'NoSuchEntity' || name === 'NoSuchEntityException',
    () => change(`delete ${OpenIDConnectProviderArn}`, (options) => errand.aws.iam.send(command, options)),
  ).catch(noteDenied);
}

function noteDenied(error: unknown): void {
  const isDenied = error instanceof ApplicationFailure && error.type === FailureType.accessDenied;
  if (!isDenied || isCredentialFailure(error)) throw error;
  log.warn(`the OpenID Connect provider of the cluster stays: ${error.message}`);
}
