import { describe, expect, it } from '@jest/globals';
import { apiCode, apiFailure, readStatus } from '../../../activities/kubernetes/failure.ts';
import { statusBody } from '../support/api-server.ts';

function failureOf(code: number, reason: string, message: string, causes: string[] = []) {
  return apiFailure(
    'apply Deployment a/b',
    readStatus(code, JSON.stringify(statusBody(reason, message, causes))),
  );
}

describe('a failure of the API server', () => {
  it.each([
    [401, 'Unauthorized', 'Unauthorized', 'AccessDenied'],
    [403, 'Forbidden', 'deployments.apps is forbidden: User "x" cannot patch', 'AccessDenied'],
    [422, 'Invalid', 'Deployment "b" is invalid', 'Rejected'],
    [400, '', 'admission webhook "validation.istio.io" denied the request: weight -5 < 0', 'Rejected'],
    [403, '', 'admission webhook "policy.example" denied the request: no latest tag', 'Rejected'],
    [404, 'NotFound', 'namespaces "a" not found', 'InvalidTarget'],
  ])('%i %s (%s) is final and of type %s', (code, reason, message, type) => {
    const failure = failureOf(code, reason, message);
    expect(failure.nonRetryable).toBe(true);
    expect(failure.type).toBe(type);
    expect(failure.message).toContain(`cannot apply Deployment a/b: ${message}`);
  });

  it.each([
    [404, 'NotFound', 'deployments.apps "b" not found'],
    [409, 'Conflict', 'the object has been modified'],
    [429, 'TooManyRequests', 'try later'],
    [500, 'InternalError', 'failed calling webhook "validation.istio.io": connection refused'],
    [503, 'ServiceUnavailable', 'etcd is away'],
  ])('%i %s may be retried', (code, reason, message) => {
    const failure = failureOf(code, reason, message);
    expect(failure.nonRetryable).toBe(false);
    expect(apiCode(failure)).toBe(code);
  });

  it('of a namespace that is being deleted may be retried although it says Forbidden', () => {
    expect(failureOf(403, 'Forbidden', 'being terminated', ['NamespaceTerminating']).nonRetryable).toBe(
      false,
    );
  });

  it('keeps the text of a proxy that is no Status', () => {
    expect(apiFailure('x', readStatus(502, '<html>Bad Gateway</html>')).message).toContain('Bad Gateway');
    expect(apiFailure('x', readStatus(502, '')).message).toContain('HTTP 502');
  });

  it('has a remedy where access is denied', () => {
    expect(failureOf(401, 'Unauthorized', 'Unauthorized').message).toMatch(/check the credentials/);
  });
});
