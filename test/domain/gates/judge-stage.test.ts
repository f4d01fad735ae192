import { describe, expect, it } from '@jest/globals';
import { judgeStage } from '../../../domain/gates/judge-stage.ts';
import type { GateReport, Verdict } from '../../../domain/rollout.ts';

function report(verdict: Verdict, dryRun = false): GateReport {
  return {
    name: 'success-rate',
    host: 'reviews',
    subset: 'v2',
    verdict,
    value: null,
    samples: 1,
    failures: 0,
    inconclusives: 0,
    consecutiveErrors: 0,
    requests: null,
    dryRun,
    reason: `a ${verdict}`,
  };
}

describe('the verdict of a stage', () => {
  it.each([
    [['pass', 'inconclusive', 'fail'], 'fail', 'success-rate of reviews v2: a fail'],
    [['pass', 'inconclusive'], 'inconclusive', 'success-rate of reviews v2: a inconclusive'],
    [['pass', 'pass'], 'pass', 'all gates passed'],
    [[], 'pass', 'no gate judges this stage'],
  ] as const)('of %p is %s', (verdicts, verdict, reason) => {
    expect(judgeStage(verdicts.map((one) => report(one)))).toEqual({ verdict, reason });
  });

  it('does not depend on gates that only report', () => {
    const reporting = [report('fail', true), report('inconclusive', true)];
    expect(judgeStage([report('pass'), ...reporting])).toEqual({
      verdict: 'pass',
      reason: 'all gates passed',
    });
    expect(judgeStage(reporting).reason).toBe('no gate judges this stage');
  });
});
