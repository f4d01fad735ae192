import { expect, it } from '@jest/globals';
import { formatResult } from '../../../client/render/result.ts';
import { result, stage } from '../support/rollouts.ts';

it('a result shows each stage with weights, verdict, times, requests and reason', () => {
  const first = {
    ...stage,
    name: 'start',
    weights: { cart: { v1: 100 }, checkout: { v1: 100 } },
    verdict: 'pass',
    startedAt: '2026-01-01T10:00:00.000Z',
    observedAt: '2026-01-01T10:00:00.150Z',
    endedAt: '2026-01-01T10:00:20.150Z',
    requests: 1000,
    reason: 'all gates passed',
  } as const;
  const undone = [{ name: 'traffic', outcome: 'done', reason: 'checkout v1 100' }] as const;
  expect(
    formatResult({
      ...result,
      outcome: 'Aborted',
      reason: 'by ann',
      stages: [first, stage],
      undone,
      addresses: { page: 'http://a' },
    }),
  ).toBe(
    `Aborted: by ann
rollout/default/default/checkout (run run-1)

STAGE   WEIGHTS                VERDICT  STARTED   SHIFT  HELD  REQUESTS  REASON
start   cart v1 100            pass     10:00:00  150ms  20s   1000      all gates passed
        checkout v1 100
canary  checkout v1 90, v2 10  -        -         -      -     -

traffic: checkout v2 100
page: http://a
undo traffic: done, checkout v1 100`,
  );
});
