import { describe, expect, it } from '@jest/globals';
import { recordLook, recordMissedLook } from '../../../domain/gates/record-look.ts';
import type { SequentialVerdict } from '../../../domain/gates/sequential/index.ts';
import type { GateReport } from '../../../domain/rollout.ts';

const opened: GateReport = {
  name: 'errors',
  host: 'reviews',
  subset: 'v3',
  verdict: 'inconclusive',
  value: null,
  samples: 0,
  failures: 0,
  inconclusives: 0,
  consecutiveErrors: 0,
  requests: null,
  dryRun: false,

  reason: 'no sample yet',
};
const healthy: SequentialVerdict = { verdict: 'pass', reason: '0 of 20', value: 0, requests: 20 };

const miss = (report: GateReport, times: number) =>
  Array.from({ length: times }).reduce<GateReport>((missed) => recordMissedLook(missed, 'no answer'), report);

describe('the report of a gate that counts', () => {
  it('is what all counts so far say', () => {
    expect(recordLook(opened, healthy, '; but')).toEqual({
      ...opened,
      verdict: 'pass',
      value: 0,
      requests: 20,
      samples: 1,
      reason: '0 of 20; but',
    });
    expect(recordLook(opened, { ...healthy, verdict: 'fail' })).toMatchObject({
      verdict: 'fail',
      failures: 1,
    });
  });

  it('is inconclusive when no look has counted yet, and says why', () => {
    expect(miss(opened, 1)).toMatchObject({
      verdict: 'inconclusive',
      samples: 1,
      inconclusives: 1,
      consecutiveErrors: 1,
      requests: null,
      reason: 'no answer',
    });
  });

  it('stays a pass through four missed looks, and not through a fifth', () => {
    const passing = recordLook(opened, healthy);
    expect(miss(passing, 4)).toMatchObject({ verdict: 'pass', reason: '0 of 20', consecutiveErrors: 4 });
    expect(miss(passing, 5)).toMatchObject({ verdict: 'inconclusive', reason: 'no answer', requests: 20 });
  });

  it('is of the counts again once a look counts', () => {
    const report = recordLook(miss(recordLook(opened, healthy), 9), healthy);
    expect(report).toMatchObject({ verdict: 'pass', consecutiveErrors: 0, inconclusives: 9, samples: 11 });
  });
});
