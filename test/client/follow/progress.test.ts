import { describe, expect, it } from '@jest/globals';
import { progressLines } from '../../../client/follow/progress.ts';
import { stage, status } from '../support/rollouts.ts';

const started = { ...stage, startedAt: '2026-01-01T00:00:00.000Z' };
const observed = { ...started, observedAt: '2026-01-01T00:00:00.200Z' };
const ended = {
  ...observed,
  endedAt: '2026-01-01T00:00:20.200Z',
  verdict: 'pass',
  requests: 50,
  reason: 'all gates passed',
} as const;

describe('progress', () => {
  it('says nothing where nothing changed', () => expect(progressLines(status, status)).toEqual([]));

  it('tells a stage as it goes', () => {
    expect(progressLines(status, { ...status, stages: [started] })).toEqual([
      'stage canary: shifting to checkout v1 90, v2 10',
    ]);
    expect(progressLines({ ...status, stages: [started] }, { ...status, stages: [observed] })).toEqual([
      'stage canary: in the proxies after 200ms, holding',
    ]);
    expect(progressLines({ ...status, stages: [observed] }, { ...status, stages: [ended] })).toEqual([
      'stage canary: pass (50 requests; all gates passed)',
    ]);
  });

  it('catches up with all that happened before the first look', () => {
    const lines = progressLines(null, { ...status, stages: [ended], addresses: { productpage: 'http://a' } });
    expect(lines).toHaveLength(5);
    expect(lines.at(-1)).toBe('Progressing: holding canary');
  });

  it('tells decisions and undos once', () => {
    const paused = { action: 'pause', by: 'ann', reason: 'look', at: '' } as const;
    const undone = { name: 'traffic', outcome: 'done', reason: '' } as const;
    const after = { ...status, decisions: [paused], undone: [undone] };
    expect(progressLines(status, after)).toEqual(['pause by ann: look', 'undo traffic: done']);
    expect(
      progressLines(after, { ...after, decisions: [paused, { ...paused, action: 'resume', reason: '' }] }),
    ).toEqual(['resume by ann']);
  });
});
