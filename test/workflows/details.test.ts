import { describe, expect, it } from '@jest/globals';
import { describeRun } from '../../workflows/details.ts';
import type { RolloutStatus, StageResult } from '../../domain/rollout.ts';

const stage: StageResult = {
  name: 'v2-10',
  weights: { reviews: { v1: 90, v2: 10 } },
  verdict: null,
  startedAt: null,
  observedAt: null,
  endedAt: null,
  requests: null,
  reason: '',
  gates: [],
  drifts: [],
};

const status: RolloutStatus = {
  workflowId: 'rollout/lab/default/reviews',
  runId: 'run',
  phase: 'Progressing',
  step: 'holding v2-10',
  stage: 'v2-10',
  paused: null,
  aborted: null,
  stages: [],
  weights: {},
  decisions: [],
  warnings: [],
  undone: [],
  addresses: {},
  connection: null,
  created: { cluster: false, mesh: false, namespaceLabel: false, objects: [] },
};

const lastLine = (change: Partial<StageResult>) =>
  describeRun({ ...status, stages: [{ ...stage, ...change }] })
    .split('\n')
    .at(-1);

describe('describeRun', () => {
  it('says what is being done, without a table before there are stages', () => {
    expect(describeRun(status)).toBe('**Progressing**: holding v2-10');
  });

  it('says who paused it, and why', () => {
    const paused = { action: 'pause', by: 'ada', reason: 'lunch', at: '' } as const;
    expect(describeRun({ ...status, paused })).toContain('Paused by ada. lunch');
  });

  it('shows how far each stage is', () => {
    const at = '2026-01-01T00:00:00.000Z';
    expect(lastLine({})).toBe('| v2-10 | reviews v1 90, v2 10 |  |  |  |');
    expect(lastLine({ startedAt: at })).toContain('| shifting |');
    expect(lastLine({ startedAt: at, observedAt: at })).toContain('| holding |');
    expect(lastLine({ endedAt: at, verdict: 'pass', requests: 40 })).toContain('| pass | 40 |');
  });

  it('keeps a reason inside its cell', () => {
    const reason = 'p99 | 800 ms\nlimit 500 ms';
    expect(lastLine({ endedAt: 'now', verdict: 'fail', reason })).toContain(
      '| fail: p99 \\| 800 ms limit 500 ms |',
    );
  });
});
