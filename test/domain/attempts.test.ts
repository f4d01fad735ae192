import { describe, expect, it } from '@jest/globals';
import { attemptRows } from '../../domain/attempts.ts';
import type { StageResult } from '../../domain/rollout.ts';

const stage: StageResult = {
  name: 'canary-10',
  weights: { reviews: { v1: 90, v2: 10 } },
  verdict: 'pass',
  startedAt: null,
  observedAt: null,
  endedAt: null,
  requests: 200,
  reason: '',
  gates: [],
  drifts: [],
};
const failed = { ...stage, verdict: 'fail', requests: 9, reason: '9 of 9 requests failed' } as const;

describe('rows of attempts', () => {
  it('are the stage itself where it was tried once', () => {
    expect(attemptRows([stage])).toEqual([stage]);
  });

  it('name every attempt, the latest one last', () => {
    const rows = attemptRows([{ ...stage, attempts: [failed] }]);
    expect(rows).toMatchObject([
      { name: 'canary-10 (attempt 1)', verdict: 'fail', requests: 9, weights: stage.weights },
      { name: 'canary-10 (attempt 2)', verdict: 'pass', requests: 200 },
    ]);
  });
});
