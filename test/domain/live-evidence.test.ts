import { describe, expect, it } from '@jest/globals';
import { readLiveEvidence, withLiveEvidence } from '../../domain/live-evidence.ts';
import type { RolloutStatus } from '../../domain/rollout.ts';

const report = { name: 'errors', verdict: 'inconclusive', reason: '0 of 70 requests failed' };
const details = {
  stage: 'canary-10',
  requests: 70,
  evidence: [{ kind: 'sequential', reports: [report] }],
  drifts: [],
};

describe('a heartbeat', () => {
  it('of a watch tells what the watch counts', () => {
    expect(readLiveEvidence(details)).toEqual({ stage: 'canary-10', requests: 70, gates: [report] });
  });

  it.each(['creating stack a', null, undefined, {}, { evidence: [] }, { ...details, evidence: 'none' }])(
    'of another kind tells nothing: %j',
    (other) => {
      expect(readLiveEvidence(other)).toBeNull();
    },
  );
});

describe('a status', () => {
  const stages = [
    { name: 'start', requests: 100, gates: [] },
    { name: 'canary-10', requests: 20, gates: [{ ...report, reason: '0 of 20 requests failed' }] },
  ];
  const status = { stages } as unknown as RolloutStatus;

  it('shows what the open watch of a stage counts, and leaves other stages', () => {
    const live = readLiveEvidence(details);
    expect(withLiveEvidence(status, live === null ? [] : [live]).stages).toEqual([
      stages[0],
      { ...stages[1], requests: 70, gates: [report] },
    ]);
  });

  it('is as the run tells it where no watch is open, or none has counted yet', () => {
    expect(withLiveEvidence(status, [])).toBe(status);
    const begun = { stage: 'canary-10', requests: null, gates: [] };
    expect(withLiveEvidence(status, [begun]).stages).toEqual(stages);
  });
});
