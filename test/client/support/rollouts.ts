/** Statuses and results as workflows give them. */
import type { GateReport, RolloutResult, RolloutStatus, StageResult } from '../../../domain/rollout.ts';

export const run = { workflowId: 'rollout/default/default/checkout', runId: 'run-1' };

export const stage: StageResult = {
  name: 'canary',
  weights: { checkout: { v1: 90, v2: 10 } },
  verdict: null,
  startedAt: null,
  observedAt: null,
  endedAt: null,
  requests: null,
  reason: '',
  gates: [],
  drifts: [],
};

export const gate: GateReport = {
  name: 'errors',
  host: 'checkout',
  subset: 'v2',
  verdict: 'fail',
  value: 0.5,
  samples: 8,
  failures: 1,
  inconclusives: 0,
  consecutiveErrors: 0,
  requests: 12,
  dryRun: false,

  reason: '6 of 12 answered with 5xx',
};

export const status: RolloutStatus = {
  ...run,
  phase: 'Progressing',
  step: 'holding canary',
  stage: 'canary',
  paused: null,
  aborted: null,
  stages: [stage],
  weights: {},
  decisions: [],
  warnings: [],
  undone: [],
  addresses: {},
  connection: null,
  created: { cluster: false, mesh: false, namespaceLabel: false, objects: [] },
};

export const result: RolloutResult = {
  ...run,
  outcome: 'Promoted',
  reason: 'every stage passed',
  stages: [stage],
  undone: [],
  weights: { checkout: { v2: 100 } },
  addresses: {},
  created: status.created,
};
