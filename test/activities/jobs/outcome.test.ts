import { describe, expect, it } from '@jest/globals';
import { jobManifest } from '../../../activities/jobs/manifest.ts';
import { jobOutcome } from '../../../activities/jobs/outcome.ts';
import type { ContainerStatus } from '../../../activities/kubernetes/index.ts';
import { ended, jobGate, jobPod } from './fixtures.ts';

type State = ContainerStatus['state'];

function outcome(status: ReturnType<typeof ended>, states: State[], refusal: string | null = null) {
  const job = { ...jobManifest(jobGate, 'j', 'shop'), ...(status === undefined ? {} : { status }) };
  return jobOutcome(jobGate, { job, pods: states.map((state) => jobPod('j', state)), refusal });
}

const exited = (exitCode: number, more: { reason?: string; message?: string } = {}): State => ({
  terminated: { exitCode, ...more },
});

describe('a Job', () => {
  it('says nothing before its end', () => {
    expect(outcome(undefined, [exited(1)])).toBeNull();
    expect(outcome({ conditions: [{ type: 'Failed', status: 'False' }] }, [exited(1)])).toBeNull();
    expect(outcome({ conditions: [{ type: 'Suspended', status: 'True' }] }, [])).toBeNull();
  });

  it('that completed passes', () => {
    const sample = { verdict: 'pass', value: null, requests: null, reason: 'Job shop/j completed' };
    expect(outcome(ended('Complete'), [exited(0)])).toEqual(sample);
  });

  it.each<[string, State[], string | undefined, string]>([
    ['an exit code', [exited(3, { reason: 'Error' })], undefined, 'failed: exit code 3'],
    [
      'the last line of its log',
      [exited(3, { reason: 'Error', message: 'a\nno answer\n' })],
      'BackoffLimitExceeded',
      'failed: exit code 3, "no answer"',
    ],
    ['a signal', [exited(137, { reason: 'OOMKilled' })], undefined, 'failed: exit code 137 (OOMKilled)'],
    ['no time left', [{ running: {} }], 'DeadlineExceeded', 'did not end within 1m30s'],
    ['a pod that is gone', [{ running: {} }], undefined, 'failed: as the controller says'],
  ])('that failed with %s fails', (_, states, reason, words) => {
    expect(outcome(ended('Failed', reason), states)).toEqual({
      verdict: 'fail',
      value: null,
      requests: null,
      reason: `Job shop/j ${words}`,
    });
  });

  it.each<[string, State[], string | null, string]>([
    [
      'its image is not there',
      [{ waiting: { reason: 'ErrImagePull', message: 'no such tag' } }],
      null,
      'pod shop/j-x2k, container check: waiting, ErrImagePull, no such tag',
    ],
    [
      'its command is not there',
      [exited(128, { reason: 'StartError', message: 'not found' })],
      null,
      'pod shop/j-x2k, container check: ended with exit code 128, StartError, not found',
    ],
    ['no node took it', [undefined], null, 'pod shop/j-x2k: Pending'],
    ['a quota is used up', [], 'exceeded quota', 'exceeded quota'],
    ['nobody knows', [], null, 'it had no pod'],
  ])('that never ran because %s is an error: it blames nobody', (_, states, refusal, why) => {
    for (const reason of ['DeadlineExceeded', 'BackoffLimitExceeded']) {
      expect(outcome(ended('Failed', reason), states, refusal)).toEqual({
        verdict: 'error',
        value: null,
        requests: null,
        reason: `Job shop/j ended before its container ran: ${why}`,
      });
    }
  });
});
