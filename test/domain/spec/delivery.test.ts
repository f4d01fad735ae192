import { describe, expect, it } from '@jest/globals';
import { notifiedEvents } from '../../../domain/spec/document.ts';
import { canary, everything, withValue } from './documents.ts';
import { problems, resolved } from './problems.ts';

const second = (field: string, value: unknown) => withValue(canary(), ['spec', 'stages', 1, field], value);
const spec = (field: string, value: unknown) => withValue(canary(), ['spec', field], value);

it('a document that says all is right', () => {
  expect(resolved(everything()).spec).toMatchObject({
    drift: 'pause',
    progressDeadline: 7_200_000,
    retry: { timeout: 1_800_000, limit: 2 },
    stages: [{ progressDeadline: 3_600_000 }, { progressDeadline: null }],
  });
});

describe('an approval', () => {
  it.each([
    [true, { approvers: null, timeout: null, then: 'rollBack' }],
    [false, null],
    [{}, { approvers: null, timeout: null, then: 'rollBack' }],
    [{ approvers: ['ann'] }, { approvers: ['ann'], timeout: null, then: 'rollBack' }],
    [{ timeout: '1h' }, { approvers: null, timeout: 3_600_000, then: 'rollBack' }],
    [
      { timeout: '1h', then: 'goOn' },
      { approvers: null, timeout: 3_600_000, then: 'goOn' },
    ],
  ])('given as %p is %p', (given, expected) => {
    expect(resolved(second('approval', given)).spec.stages[1]?.approval).toEqual(expected);
  });

  it.each([
    [null, 'approval: nothing is given, it must be true, false or a mapping'],
    [1, 'approval: 1 is not true, false or a mapping with approvers, timeout, then'],
    [['ann'], 'approval: a list is not the terms of an approval: a mapping with approvers, timeout, then'],
    [{ approvers: [] }, 'approval.approvers: an empty list is not a list of 1 to 100 names'],
    [{ approvers: 'ann' }, 'approval.approvers: "ann" is not a list of 1 to 100 names'],
    [{ approver: ['ann'] }, 'approval.approver: unknown field "approver"; did you mean "approvers"?'],
    [{ timeout: '0s' }, 'approval.timeout: "0s" is out of range, allowed is 1ms to 30d'],
    [{ timeout: '1h', then: 'pause' }, 'approval.then: "pause" is not one of rollBack, goOn'],
    [{ then: 'goOn' }, 'approval.then: goOn never happens without a timeout: name approval.timeout'],
  ])('given as %p is refused', (given, expected) => {
    expect(problems(second('approval', given))).toEqual([
      expect.stringContaining(`f: spec.stages[1].${expected}`),
    ]);
  });
});

describe('a deadline', () => {
  it('of a stage that is shorter than its hold is refused with both', () => {
    expect(problems(second('progressDeadline', '59s'))).toEqual([
      'f: spec.stages[1].progressDeadline: the progressDeadline of 59s is shorter than the hold of stage "canary", 1m: the stage could never end in time',
    ]);
    expect(problems(second('progressDeadline', '1m'))).toEqual([]);
  });

  it('of the whole that is shorter than all holds is refused with both', () => {
    expect(problems(spec('progressDeadline', '2m59s'))).toEqual([
      'f: spec.progressDeadline: the progressDeadline of 2m59s is shorter than the holds of all stages together, 3m: the rollout could never end in time',
    ]);
    expect(problems(spec('progressDeadline', '3m'))).toEqual([]);
  });

  it('that cannot be read is one mistake', () => {
    expect(problems(spec('progressDeadline', 10))).toEqual([expect.stringContaining('10 is not a duration')]);
  });
});

describe('retry', () => {
  it('has a limit of its own', () => {
    expect(resolved(spec('retry', { timeout: '1h' })).spec.retry).toEqual({ timeout: 3_600_000, limit: 3 });
  });

  it.each([
    [{ limit: 2 }, 'retry.limit: a limit of 2 means nothing without time to retry: name retry.timeout'],
    [{ timeout: '0s', limit: 2 }, 'retry.limit: a limit of 2 means nothing without time to retry'],
    [{ timeout: '1h', limit: 0 }, 'retry.limit: 0 is not a whole number from 1 to 100'],
    [{ timeout: '1h', limit: 'two' }, 'retry.limit: "two" is not a whole number from 1 to 100'],
    [true, 'retry: true is not what to do about a failed stage: a mapping with timeout, limit'],
  ])('given as %p is refused', (given, expected) => {
    expect(problems(spec('retry', given))).toEqual([expect.stringContaining(`f: spec.${expected}`)]);
  });
});

it('drift is one of two', () => {
  expect(problems(spec('drift', 'ignore'))).toEqual([
    'f: spec.drift: "ignore" is not one of reassert, pause',
  ]);
});

describe('notifications', () => {
  const hook = 'https://chat.example/hooks/1?token=x';

  it('are of every event unless some are named', () => {
    const given = [{ url: hook }, { urlFromEnv: 'SLUICE_NOTIFY_CHAT', on: ['approval', 'drift'] }];
    expect(resolved(spec('notifications', given)).spec.notifications).toEqual([
      { url: hook, on: [...notifiedEvents] },
      { urlFromEnv: 'SLUICE_NOTIFY_CHAT', on: ['approval', 'drift'] },
    ]);
  });

  it.each([
    [{}, 'neither is given, a notification has exactly one of url, urlFromEnv'],
    [
      { url: hook, urlFromEnv: 'SLUICE_NOTIFY_A' },
      'both are given, a notification has exactly one of url, urlFromEnv',
    ],
    [{ url: 'ftp://a' }, 'url: "ftp://a" is not an http:// or https:// address'],
    [{ url: 'https://u:p@a' }, 'url: an address must not hold a user name or password'],
    [
      { urlFromEnv: 'SLUICE_NOTIFY_A-B' },
      'urlFromEnv: "SLUICE_NOTIFY_A-B" is not the name of a variable of the worker',
    ],
    [{ urlFromEnv: 'TEMPORAL_API_KEY' }, 'that begins with SLUICE_NOTIFY_'],
    [{ url: hook, on: [] }, 'on: an empty list is not a list of 1 to 100 events'],
    [{ url: hook, on: ['promotd'] }, 'on[0]: "promotd" is not one of approval, inconclusive, drift'],
    ['https://a', ' "https://a" is not a notification: a mapping with url, urlFromEnv, on'],
  ])('given as %p are refused', (given, expected) => {
    const found = problems(spec('notifications', [given]));
    expect(found).toEqual([expect.stringContaining('f: spec.notifications[0]')]);
    expect(found).toEqual([expect.stringContaining(expected)]);
  });
});
