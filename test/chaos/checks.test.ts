import { describe, expect, it } from '@jest/globals';
import type { RolloutResult, StageResult } from '../../domain/rollout.ts';
import { explainFailures, wrongFailures } from './checks/failures.ts';
import { wrongOutcome } from './checks/outcome.ts';
import { wrongEnd, wrongShares } from './checks/shares.ts';
import { soaksOf, wrongSoaks } from './checks/soaks.ts';
import type { Inflicted } from './faults/inflict-planned.ts';
import { hold, type Plan, type Victim } from './plan/plan.ts';
import type { RunHistory } from './run/history.ts';
import { answeredIn, type Request, type Seen } from './run/load.ts';
import { countSamples } from '../../lab/load/sample.ts';

const plan: Plan = {
  seed: 'seed',
  run: 1,
  fromNothing: false,
  onFailure: 'keep',
  ending: { outcome: 'Promoted' },
  faults: [],
};
const broken: Plan = {
  ...plan,
  ending: { outcome: 'RolledBack', broken: 'reviews-v2=error:1', stage: 'reviews-v2-10' },
};

const start = Date.parse('2026-01-01T00:00:00Z');
const iso = (at: number) => new Date(start + at).toISOString();
const undo = (...names: string[]) => names.map((name) => ({ name, outcome: 'done', reason: '' }) as const);

function stage(name: string, more: Partial<StageResult> = {}): StageResult {
  return { name, verdict: 'pass', weights: {}, observedAt: iso(0), ...more } as StageResult;
}

function result(fields: Partial<RolloutResult>): RolloutResult {
  return {
    outcome: 'Promoted',
    reason: '',
    stages: [],
    undone: [],
    weights: {},
    runId: 'run',
    ...fields,
  } as RolloutResult;
}

describe('the outcome of a run', () => {
  const ended = (exitCode: number, fields: Partial<RolloutResult>) => ({
    exitCode,
    result: result(fields),
    runId: 'run',
  });

  it('is the one that the plan implies, with its exit code and of that run', () => {
    expect(wrongOutcome(plan, ended(0, {}))).toEqual([]);
    expect(wrongOutcome(plan, ended(3, { outcome: 'RolledBack', undone: undo('traffic') }))).toHaveLength(1);
    expect(wrongOutcome(plan, ended(1, {}))).toHaveLength(1);
    expect(wrongOutcome(plan, ended(0, { runId: 'another' }))).toHaveLength(1);
    expect(
      wrongOutcome(plan, ended(0, { stages: [stage('one', { verdict: 'inconclusive' })] })),
    ).toHaveLength(1);
  });

  it('has traffic undone first and once, and the rest where the document says so', () => {
    const rolledBack = (...names: string[]) => ended(3, { outcome: 'RolledBack', undone: undo(...names) });
    const removing: Plan = { ...broken, onFailure: 'remove' };
    expect(wrongOutcome(broken, rolledBack('traffic'))).toEqual([]);
    expect(wrongOutcome(broken, rolledBack())).not.toEqual([]);
    expect(wrongOutcome(broken, rolledBack('traffic', 'routes'))).toHaveLength(1);
    expect(wrongOutcome(removing, rolledBack('traffic', 'routes', 'subsets', 'application'))).toEqual([]);
    expect(wrongOutcome(removing, rolledBack('traffic', 'routes', 'subsets'))).toHaveLength(1);
    expect(wrongOutcome(removing, rolledBack('routes', 'traffic', 'subsets', 'application'))).toHaveLength(1);
  });
});

describe('the soaks of a run', () => {
  const watch = (since: number, deadline: number, verdict: string, completedAt = deadline) => ({
    type: 'watchStage',
    input: { workflowStage: 'one', since: iso(since), deadline: iso(deadline) },
    result: { verdict },
    scheduledAt: 0,
    completedAt: start + completedAt,
    attempts: 1,
  });
  const history = (...activities: RunHistory['activities']): RunHistory => ({
    events: 0,
    activities,
    closedAt: hold,
  });
  const passed = result({ stages: [stage('one')] });
  const shifts = [{ at: 0, weights: {} }];

  it('last as long as the hold, by the API server and by the end of the run', () => {
    expect(soaksOf(passed, shifts, history())).toEqual([{ stage: 'one', over: 0 }]);
    expect(wrongSoaks(passed, [{ stage: 'one', over: 100 }], history())).toEqual([]);
    expect(wrongSoaks(passed, [{ stage: 'one', over: -1 }], history())).toEqual([
      `one held ${hold - 1} ms instead of ${hold} ms`,
    ]);
  });

  it('are not repeated: one watch, one deadline', () => {
    expect(wrongSoaks(passed, [], history(watch(0, hold, 'pass')))).toEqual([]);
    expect(wrongSoaks(passed, [], history(watch(0, 2 * hold, 'pass')))).toHaveLength(1);
    expect(wrongSoaks(passed, [], history(watch(0, hold, 'pass'), watch(0, 2 * hold, 'pass')))).toHaveLength(
      1,
    );
    expect(
      wrongSoaks(passed, [], history(watch(0, hold, 'inconclusive'), watch(0, 2 * hold, 'pass'))),
    ).toEqual([]);
  });

  it('are taken up where a watch ended early by the clock of its worker', () => {
    const early = watch(0, hold, 'pass', hold - 1);
    expect(wrongSoaks(passed, [], history(early, watch(0, hold, 'pass')))).toEqual([]);
    expect(wrongSoaks(passed, [], history(watch(0, hold, 'pass'), watch(0, hold, 'pass')))).toHaveLength(1);
  });
});

describe('the shares of a stage', () => {
  const one = stage('one', { weights: { reviews: { v1: 100 } } });
  const activity = (type: string, scheduledAt: number, completedAt: number, input: object = {}) => ({
    type,
    input,
    result: null,
    scheduledAt,
    completedAt,
    attempts: 1,
  });
  const loadOf = (version: string, at: number, latencyMs = 1): Seen => {
    const requests = Array.from({ length: 30 }, () => ({
      path: 'reviews' as const,
      at,
      latencyMs,
      status: 200,
      version,
      error: null,
    }));
    const sent = (from: number, until: number) =>
      requests.filter((each) => each.at >= from && each.at < until);
    return { sent, reviews: (from, until) => countSamples(answeredIn(sent(from, until), until)) };
  };
  const watched = [
    activity('shiftTraffic', 0, 100),
    activity('watchStage', 100, 5_000, { workflowStage: 'one' }),
  ];
  const wrong = (load: Seen, ...more: RunHistory['activities']) =>
    wrongShares(
      result({ stages: [one] }),
      { events: 0, activities: [...watched, ...more], closedAt: null },
      load,
    );

  it('are those of its weights until its watch has ended', () => {
    expect(wrong(loadOf('v1', 4_000))).toEqual([]);
    expect(wrong(loadOf('v2', 4_000))).not.toEqual([]);
    expect(wrong(loadOf('v2', 6_000))).toEqual([]);
  });

  it('are not those of requests that a suspended proxy sent on later', () => {
    expect(wrong(loadOf('v2', 4_000, 1_000))).not.toEqual([]);
    expect(wrong(loadOf('v2', 4_000, 1_001))).toEqual([]);
  });

  it('are those of its weights until traffic goes back: nobody waits for the watch then', () => {
    const back = activity('shiftTraffic', 2_000, 2_500, { restoring: true });
    expect(wrong(loadOf('v2', 4_000), back)).toEqual([]);
    expect(wrong(loadOf('v2', 1_000), back)).not.toEqual([]);
  });
});

describe('failed requests', () => {
  const at = 100_000;
  const request = (more: Partial<Request>): Request => ({
    path: 'reviews',
    at,
    latencyMs: 1,
    status: 503,
    version: null,
    error: 'status 503',
    ...more,
  });
  const loadOf = (...requests: Request[]): Seen => ({
    sent: (from: number, until: number) => requests.filter((one) => one.at >= from && one.at < until),
    reviews: (from: number) => countSamples(requests.filter((one) => one.at >= from)),
  });
  const fault = (victim: Victim, from = at, until = at + 1_000): Inflicted => ({
    fault: { victim, action: 'kill', moment: { at: 'all-v1', after: 0 }, lasts: 0 },
    state: 'done',
    span: { from, until },
    reason: '',
  });
  const explain = (of: Plan, inflicted: Inflicted[], ...requests: Request[]) =>
    wrongFailures(explainFailures(of, inflicted, loadOf(...requests), [0, Infinity]));

  it('are explained by an Envoy or a pod that was hit at the time', () => {
    expect(explain(plan, [fault('sidecar')], request({}))).toEqual([]);
    expect(explain(plan, [fault('pod')], request({}))).toEqual([]);
    expect(explain(plan, [fault('ingress')], request({ path: 'page' }))).toEqual([]);
    expect(explain(plan, [fault('ingress')], request({}))).toHaveLength(1);
    expect(explain(plan, [fault('pod', at + 20_000, at + 21_000)], request({}))).toHaveLength(1);
    expect(explain(plan, [fault('pod', at - 20_000, at - 19_000)], request({}))).toHaveLength(1);
  });

  it.each(['worker', 'temporal', 'kube-apiserver', 'etcd', 'istiod', 'prometheus'] as const)(
    'are never explained by %s',
    (victim) => {
      expect(explain(plan, [fault(victim)], request({}))).toHaveLength(1);
    },
  );

  it('are explained by the broken candidate alone', () => {
    expect(explain(broken, [], request({ version: 'v2', status: 500 }))).toEqual([]);
    expect(explain(broken, [], request({ version: 'v1', status: 500 }))).toHaveLength(1);
    expect(explain(plan, [], request({ version: 'v2', status: 500 }))).toHaveLength(1);
  });

  it('do not hide who answers after the end', () => {
    const answered = (version: string) => request({ version, error: null, status: 200 });
    const many = Array.from({ length: 30 }, () => answered('v3'));
    const promoted = result({ weights: { reviews: { v3: 100 } } });
    expect(wrongEnd(promoted, loadOf(...many), 0)).toEqual([]);
    expect(wrongEnd(promoted, loadOf(...many, answered('v1')), 0)).toHaveLength(1);
    expect(wrongEnd(promoted, loadOf(...many.slice(20)), 0)).toHaveLength(1);
    expect(wrongEnd(result({ weights: { reviews: { v1: 100 } } }), loadOf(...many), 0)).toHaveLength(1);
  });
});
