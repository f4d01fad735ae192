import { describe, expect, it } from '@jest/globals';
import { formatStatus } from '../../../client/render/status.ts';
import { gate, stage, status } from '../support/rollouts.ts';

const drift = {
  at: '2026-01-01T10:00:02.000Z',
  host: 'checkout',
  object: 'VirtualService shop/checkout',
  manager: 'kubectl-edit',
  keeper: null,
  found: null,
  reasserted: false,
};

describe('a status', () => {
  it('shows what each gate saw', () => {
    const other = {
      ...gate,
      name: 'p99',
      verdict: 'inconclusive',
      requests: null,
      inconclusives: 2,
    } as const;
    const gates = [gate, { ...other, consecutiveErrors: 3, dryRun: true, reason: 'no answer' }];
    expect(formatStatus({ ...status, stages: [{ ...stage, gates }] })).toContain(
      `STAGE   GATE    OF           VERDICT                SAMPLES                                       REQUESTS  REASON
canary  errors  checkout v2  fail                   8: 1 failed                                   12        6 of 12 answered with 5xx
canary  p99     checkout v2  inconclusive, dry run  8: 1 failed, 2 inconclusive, last 3 in error  -         no answer`,
    );
  });

  it('shows decisions and drift in the order in which they came', () => {
    const by = { by: 'ann', reason: 'sure', at: '2026-01-01T10:00:03.000Z' };
    const decisions = [
      { ...by, action: 'pause', reason: '', at: '2026-01-01T10:00:01.000Z' },
      { ...by, action: 'promote', full: true },
    ] as const;
    expect(formatStatus({ ...status, decisions, stages: [{ ...stage, drifts: [drift] }] })).toContain(
      `2026-01-01T10:00:01.000Z pause by ann
2026-01-01T10:00:02.000Z drift: kubectl-edit changed VirtualService shop/checkout to no route to checkout, left as it is
2026-01-01T10:00:03.000Z promote --full by ann: sure`,
    );
  });

  it.each([
    ['WaitingApproval', ['approve', 'abort']],
    ['WaitingRetry', ['retry', 'abort']],
    ['Paused', ['resume', 'abort']],
  ] as const)('that is %s says what to run', (phase, actions) => {
    const lines = formatStatus({ ...status, phase })
      .split('\n')
      .slice(-actions.length);
    expect(
      lines.map((line) => /npx sluice (\w+) rollout\/default\/default\/checkout/.exec(line)?.[1]),
    ).toEqual(actions);
  });

  it('shows warnings', () => {
    expect(formatStatus({ ...status, warnings: ['look here'] })).toContain('\nwarning: look here');
  });

  it('that waits for nobody says nothing of the kind', () => {
    expect(formatStatus(status)).not.toContain('npx sluice');
  });
});
