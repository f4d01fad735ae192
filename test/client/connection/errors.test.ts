import { describe, expect, it } from '@jest/globals';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, RetryState, TerminatedFailure } from '@temporalio/common';
import { endingOf } from '../../../client/connection/ending.ts';
import { grpcCode, grpcDetails, isPassing } from '../../../client/connection/grpc-errors.ts';

describe('errors of the server', () => {
  const call = Object.assign(new Error('14 UNAVAILABLE: x'), { code: 14, details: 'connection refused' });

  it('are found behind what wraps them', () => {
    const wrapped = new Error('failed to describe', { cause: call });
    expect(grpcCode(wrapped)).toBe(14);
    expect(grpcDetails(wrapped)).toBe('connection refused');
    expect(isPassing(wrapped)).toBe(true);
  });

  it.each([
    ['a missing permission', Object.assign(new Error(), { code: 7, details: '' })],
    ['another error', new Error('boom')],
    ['an error of the system', Object.assign(new Error(), { code: 'ENOENT' })],
    ['no error', 'boom'],
  ])('%s does not pass by itself', (_, error) => {
    expect(isPassing(error)).toBe(false);
  });
});

describe('how a run failed', () => {
  const failed = (cause: Error) =>
    endingOf(new WorkflowFailedError('failed', cause, RetryState.NON_RETRYABLE_FAILURE));

  it('is told by the application failure', () => {
    const failure = ApplicationFailure.nonRetryable('no', 'TargetBusy', { outcome: 'Failed' });
    expect(failed(failure)).toEqual({
      kind: 'failed',
      type: 'TargetBusy',
      message: 'no',
      details: [{ outcome: 'Failed' }],
    });
  });

  it('or by what Temporal did', () => {
    expect(failed(new TerminatedFailure('off'))).toMatchObject({
      type: null,
      message: 'the workflow was terminated in Temporal: off',
    });
  });
});
