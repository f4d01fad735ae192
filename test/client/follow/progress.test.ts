import { describe, expect, it } from '@jest/globals';
import { progressLines } from '../../../client/follow/progress.ts';
import { gate, stage, status } from '../support/rollouts.ts';

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

  it('tells what each gate saw, whenever it changes its mind', () => {
    const waiting = {
      ...observed,
      gates: [{ ...gate, verdict: 'inconclusive', reason: '3 requests' }],
    } as const;
    expect(progressLines({ ...status, stages: [observed] }, { ...status, stages: [waiting] })).toEqual([
      'stage canary: gate errors of checkout v2: inconclusive (3 requests)',
    ]);
    const more = { ...waiting, gates: [{ ...waiting.gates[0], reason: '4 requests' }] };
    expect(progressLines({ ...status, stages: [waiting] }, { ...status, stages: [more] })).toEqual([]);
    const dry = { ...observed, gates: [{ ...gate, dryRun: true }] };
    expect(progressLines({ ...status, stages: [waiting] }, { ...status, stages: [dry] })).toEqual([
      'stage canary: gate errors of checkout v2: fail, dry run (6 of 12 answered with 5xx)',
    ]);
  });

  it('tells drift once, with who caused it', () => {
    const drift = {
      at: '2026-01-01T00:00:05.000Z',
      host: 'checkout',
      object: 'VirtualService shop/checkout',
      manager: 'kubectl-edit',
      keeper: null,
      found: { v1: 100 },
      reasserted: true,
    };
    const drifted = { ...status, stages: [{ ...observed, drifts: [drift] }] };
    expect(progressLines({ ...status, stages: [observed] }, drifted)).toEqual([
      'stage canary: drift: kubectl-edit changed VirtualService shop/checkout to checkout v1 100, put back',
    ]);
    expect(progressLines(drifted, drifted)).toEqual([]);
  });

  it('tells a warning once', () => {
    const warned = { ...status, warnings: ['Prometheus does not answer'] };
    expect(progressLines(status, warned)).toEqual(['warning: Prometheus does not answer']);
    expect(progressLines(warned, warned)).toEqual([]);
  });

  it('tells a stage that is tried again from its start', () => {
    const again = { ...started, startedAt: '2026-01-01T00:01:00.000Z' };
    expect(progressLines({ ...status, stages: [ended] }, { ...status, stages: [again] })).toEqual([
      'stage canary: shifting to checkout v1 90, v2 10',
    ]);
  });

  it('says what to run where the rollout waits for a person', () => {
    const waiting = { ...status, phase: 'WaitingApproval', step: 'waiting for approval of canary' } as const;
    const id = waiting.workflowId;
    expect(progressLines(status, waiting)).toEqual([
      'WaitingApproval: waiting for approval of canary',
      `to begin the stage: npx sluice approve ${id} --reason '<why>'`,
      `to go back: npx sluice abort ${id} --reason '<why>'`,
    ]);
    expect(progressLines(waiting, waiting)).toEqual([]);
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
