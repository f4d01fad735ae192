/** The way to AWS out of a company's network: the variables that the AWS CLI takes. */
import { readFileSync } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { getCACertificates } from 'node:tls';
import { ApplicationFailure } from '@temporalio/activity';
import { FailureType } from '../../domain/failure.ts';
import { messageOf } from '../../domain/message-of.ts';

/** Connections of one client at a time; the SDK's. */
const maxSockets = 50;

/**
 * Agents that go through HTTPS_PROXY and HTTP_PROXY except for NO_PROXY, and trust the authorities of AWS_CA_BUNDLE besides
 * the usual ones. The SDK itself knows none of these.
 * @param env the worker's environment
 * @throws ApplicationFailure `InvalidTarget` when AWS_CA_BUNDLE cannot be read
 */
export function networkAgents(env: NodeJS.ProcessEnv = process.env) {
  const options = { keepAlive: true, maxSockets, proxyEnv: env };
  const bundle = env.AWS_CA_BUNDLE;
  const ca = bundle ? { ca: [...getCACertificates('default'), readBundle(bundle)] } : {};
  return { httpAgent: new HttpAgent(options), httpsAgent: new HttpsAgent({ ...options, ...ca }) };
}

function readBundle(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw ApplicationFailure.nonRetryable(
      `AWS_CA_BUNDLE: ${path} cannot be read: ${messageOf(error)}`,
      FailureType.invalidTarget,
    );
  }
}
