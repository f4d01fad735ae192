/** Documents as activities resolve them, with holds of a fraction of a second. */
import { bundleChecks } from '../../../domain/bundles.ts';
import type {
  ApprovalSpec,
  CanaryDocument,
  DeliverySpec,
  GateSpec,
  RolloutDocument,
  RolloutSpec,
  StageSpec,
} from '../../../domain/spec/document.ts';
import { badAnswers } from '../../support/bad-answers.ts';

export const gate: GateSpec = {
  kind: 'successRate',
  ...badAnswers,
  name: 'success-rate',
  hosts: ['reviews'],
  dryRun: false,
  initialDelay: 0,
  interval: 20,
  window: 40,
  failureLimit: 0,
  inconclusiveLimit: null,
  consecutiveErrorLimit: 4,
  minRequests: 1,
  min: 0.99,
};

const reviews = (v1: number, v2: number, v3: number) => ({ reviews: { v1, v2, v3 } });

/** Anybody may approve, at any time. */
export const anybody: ApprovalSpec = { approvers: null, timeout: null, then: 'rollBack' };

function stage(name: string, weights: StageSpec['weights']): StageSpec {
  return { name, weights, hold: 200, gates: [gate], approval: null, progressDeadline: null };
}

/** The four stages of the runbook. */
export const stages: readonly StageSpec[] = [
  stage('all-v1', { ratings: { v1: 100 }, ...reviews(100, 0, 0) }),
  stage('v2-10', reviews(90, 10, 0)),
  stage('v3-50', reviews(50, 0, 50)),
  stage('v3-100', reviews(0, 0, 100)),
];

const subsets = ['v1', 'v2', 'v3'].map((version) => ({ name: version, labels: { version } }));

const delivery: DeliverySpec = {
  cluster: { provider: 'lab', name: 'test' },
  namespace: 'default',
  services: [
    { host: 'ratings', subsets, stable: 'v1' },
    { host: 'reviews', subsets, stable: 'v1' },
  ],
  routing: 'istio',
  ignore: [],
  stages,
  prometheus: null,
  inconclusive: { timeout: 600, then: 'pause' },
  observeTimeout: 1_000,
  drift: 'reassert',
  progressDeadline: null,
  retry: { timeout: 0, limit: 3 },
  notifications: [],
};

const spec: RolloutSpec = {
  ...delivery,
  mesh: { version: null, revision: null, profile: 'demo', operator: null, upgrade: false, set: {} },
  addons: null,
  application: { bundle: 'bookinfo', checks: bundleChecks.bookinfo },
  onFailure: 'keep',
};

/** A whole rollout. */
export function rolloutDocument(change: Partial<RolloutSpec> = {}): RolloutDocument {
  return { kind: 'Rollout', name: 'bookinfo', spec: { ...spec, ...change } };
}

/** The same stages alone. */
export function canaryDocument(change: Partial<CanaryDocument['spec']> = {}): CanaryDocument {
  return { kind: 'Canary', name: 'bookinfo', spec: { ...delivery, ...change } };
}

/** The four stages, one of them changed. */
export function stagesWith(index: number, change: Partial<StageSpec>): readonly StageSpec[] {
  return stages.map((known, at) => (at === index ? { ...known, ...change } : known));
}
