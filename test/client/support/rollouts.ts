/** Statuses and results as workflows give them. */
import type { RolloutResult, RolloutStatus, StageResult } from '../../../domain/rollout.ts';

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
