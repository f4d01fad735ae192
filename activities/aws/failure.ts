import { ApplicationFailure } from '@temporalio/activity';
import { FailureType } from '../../domain/failure.ts';
import { messageOf } from '../../domain/message-of.ts';

/** Type of a failure of AWS that a retry may cure. */
export const awsFailureType = 'AwsApiError';

/** Names by which services say that credentials are missing, wrong, out of date or not enough. */
const deniedNames = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AuthFailure',
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidIdentityToken',
  'MissingAuthenticationToken',
  'NotAuthorized',
  'OptInRequired',
  'RequestExpired',
  'SignatureDoesNotMatch',
  'TokenProviderError',
  'UnauthorizedOperation',
  'UnauthorizedSSOTokenError',
  'UnrecognizedClientException',
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
    message: `cannot ${what}: ${[name, messageOf(error)].filter(Boolean).join(': ')}${remedy(type)}`,
    type: type ?? awsFailureType,
    nonRetryable: type !== null,
    details: [{ name }],
  });
}

function nameIn({ details }: ApplicationFailure): string {
  const [detail] = (details ?? []) as { name?: unknown }[];
  return typeof detail?.name === 'string' ? detail.name : '';
}

function finalType(name: string, error: unknown): FailureType | null {
  if (throttledName.test(name)) return null;
  if (deniedNames.has(name) || isMissingRegion(error)) return FailureType.accessDenied;
  if (quotaName.test(name)) return FailureType.quotaExceeded;
  return rejectedNames.has(name) ? FailureType.rejected : null;
}

/** The SDK has no name for it. */
function isMissingRegion(error: unknown): boolean {
  return messageOf(error).startsWith('Region is missing');
}

function remedy(type: FailureType | null): string {
  if (type === FailureType.accessDenied)
    return "; check the worker's AWS credentials, profile and region (`aws sts get-caller-identity` there), and deploy/iam";
  if (type === FailureType.quotaExceeded) return '; ask for more in Service Quotas, or free some';
  return '';
}
