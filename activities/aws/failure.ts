import { ApplicationFailure } from '@temporalio/activity';
import { FailureType } from '../../domain/failure.ts';
import { messageOf } from '../../domain/message-of.ts';
import { credentialSource } from './credential-wait.ts';

/** Type of a failure of AWS that a retry may cure. */
export const awsFailureType = 'AwsApiError';

/** Names by which services and the SDK say that credentials are missing, unknown or have ended: others may be taken. */
const credentialNames = new Set([
  'AuthFailure',
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidIdentityToken',
  'MissingAuthenticationToken',
  'RequestExpired',
  'SignatureDoesNotMatch',
  'TokenProviderError',
  'UnauthorizedSSOTokenError',
  'UnrecognizedClientException',
]);

/** Names by which services say that the caller is known and may not. */
const deniedNames = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'NotAuthorized',
  'OptInRequired',
  'UnauthorizedOperation',
]);

/** Names by which services say that a request can never work as it is. */
const rejectedNames = new Set([
  'InsufficientCapabilitiesException',
  'InvalidParameterException',
  'InvalidParameterValue',
  'InvalidRequestException',
  'ValidationError',
  'ValidationException',
]);

const quotaName = /(LimitExceeded|QuotaExceeded|LimitExceededException|TooMany\w+)(Exception)?$/;

/** Throttling has `LimitExceeded` in some of its names, and passes. */
const throttledName = /^(Request|Bandwidth)LimitExceeded$|Throttl|TooManyRequests|SlowDown/;

/** What AWS calls an error: services differ in their HTTP statuses, not in their names. */
export function awsErrorName(error: unknown): string {
  if (error instanceof ApplicationFailure) return nameIn(error);
  return error instanceof Error ? error.name : '';
}

/** The failure that an error of the SDK is; `what` says what was being done. */
export function awsFailure(what: string, error: unknown): ApplicationFailure {
  const name = awsErrorName(error);
  const type = finalType(name, error);
  return ApplicationFailure.create({
    message: `cannot ${what}: ${[name, messageOf(error)].filter(Boolean).join(': ')}${remedy(type, name)}`,
    type: type ?? awsFailureType,
    nonRetryable: type !== null,
    details: [{ name }],
  });
}

/**
 * Whether a failure is about whose credentials the worker has, not about what they allow.
 * @param error a failure of `awsFailure`, or any other error
 */
export function isCredentialFailure(error: unknown): boolean {
  return credentialNames.has(awsErrorName(error));
}

function nameIn({ details }: ApplicationFailure): string {
  const [detail] = (details ?? []) as { name?: unknown }[];
  return typeof detail?.name === 'string' ? detail.name : '';
}

function finalType(name: string, error: unknown): FailureType | null {
  if (throttledName.test(name)) return null;
  if (credentialNames.has(name) || deniedNames.has(name) || isMissingRegion(error))
    return FailureType.accessDenied;
  if (quotaName.test(name)) return FailureType.quotaExceeded;
  return rejectedNames.has(name) ? FailureType.rejected : null;
}

/** The SDK has no name for it. */
function isMissingRegion(error: unknown): boolean {
  return messageOf(error).startsWith('Region is missing');
}

function remedy(type: FailureType | null, name: string): string {
  if (credentialNames.has(name))
    return `; renew the AWS credentials of the worker: ${credentialSource()} (\`aws sts get-caller-identity\` there tries them)`;
  if (type === FailureType.accessDenied)
    return `; the policies in deploy/iam allow what Sluice does; the worker's AWS credentials are ${credentialSource()}`;
  if (type === FailureType.quotaExceeded) return '; ask for more in Service Quotas, or free some';
  return '';
}
