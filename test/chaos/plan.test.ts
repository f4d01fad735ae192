import { describe, expect, it } from '@jest/globals';
import { drawPlan } from './plan/draw.ts';
import { describePlan } from './plan/describe.ts';
import { hold, type Plan, type PlannedFault, stages, stagesOf, type Victim, victims } from './plan/plan.ts';

const plans = Array.from({ length: 600 }, (_, index) => drawPlan('seed', index + 1));
const faults = plans.flatMap((plan) => plan.faults);

function faultsIn(plan: Plan, ...who: readonly Victim[]): PlannedFault[] {
  return plan.faults.filter(({ victim }) => who.includes(victim));
}

describe('plans of the chaos runner', () => {
  it('are the same for the same seed and run, and others for another', () => {
    expect(drawPlan('seed', 7)).toEqual(plans[6]);
    expect(drawPlan('other', 7)).not.toEqual(plans[6]);
    expect(drawPlan('seed', 8).faults).not.toEqual(plans[6]?.faults);
  });

  it('are plain data', () => {
    expect(JSON.parse(JSON.stringify(plans))).toEqual(plans);
  });

  it('have one to three faults, and hit everybody in every way', () => {
    for (const plan of plans) expect([1, 2, 3]).toContain(plan.faults.length);
    expect(new Set(faults.map(({ victim }) => victim))).toEqual(new Set(victims));
    expect([...new Set(faults.map(({ victim, action }) => `${victim} ${action}`))].sort()).toEqual([
      'etcd kill',
      'etcd suspend',
      'ingress kill',
      'ingress suspend',
      'istiod kill',
      'istiod suspend',
      'kube-apiserver kill',
      'kube-apiserver suspend',
      'pod kill',
      'pod suspend',
      'prometheus kill',
      'prometheus suspend',
      'sidecar kill',
      'sidecar suspend',
      'temporal fill-disk',
      'temporal kill',
      'temporal suspend',
      'worker cut',
      'worker jump-clock',
      'worker kill',
      'worker suspend',
    ]);
  });

  it('end in each of three ways, most of them well', () => {
    const count = (outcome: string) => plans.filter(({ ending }) => ending.outcome === outcome).length;
    expect(count('Promoted')).toBeGreaterThan(300);
    expect(count('RolledBack')).toBeGreaterThan(60);
    expect(count('Aborted')).toBeGreaterThan(60);
  });

  it('have faults only at moments that come', () => {
    for (const plan of plans) {
      const moments: string[] = ['start', ...stagesOf(plan), 'teardown'];
      for (const { moment } of plan.faults) {
        expect(moments).toContain(moment.at);
        expect(moment.after).toBeGreaterThanOrEqual(0);
      }
    }
  });

  it('abort while a stage holds, and never in the last one', () => {
    for (const { ending } of plans) {
      if (ending.outcome !== 'Aborted') continue;
      expect(stages.slice(0, -1)).toContain(ending.moment.at);
      expect(ending.moment.after).toBeLessThan(hold);
    }
  });

  it('hit no Envoy and no pod before there is one, and no candidate', () => {
    for (const plan of plans) {
      for (const { moment, workload } of faultsIn(plan, 'ingress', 'sidecar', 'pod')) {
        expect(['start', 'teardown']).not.toContain(moment.at);
        expect(['reviews-v2', 'reviews-v3']).not.toContain(workload);
      }
    }
  });

  it('make everything in every tenth run, where the cluster is hit only once it is there', () => {
    expect(plans.filter(({ fromNothing }) => fromNothing).map(({ run }) => run % 10)).toEqual(
      Array.from({ length: 60 }, () => 0),
    );
    for (const plan of plans.filter(({ fromNothing }) => fromNothing)) {
      const inside = plan.faults.filter(({ victim }) => victim !== 'worker' && victim !== 'temporal');
      for (const { moment } of inside) expect(stagesOf(plan)).toContain(moment.at);
      expect(plan.faults.map(({ action }) => action)).not.toContain('jump-clock');
    }
  });

  it('hit only those who are named', () => {
    const some = Array.from({ length: 50 }, (_, run) => drawPlan('seed', run + 1, ['worker', 'etcd']));
    const hit = new Set(some.flatMap((plan) => plan.faults.map(({ victim }) => victim)));
    expect(hit).toEqual(new Set(['worker', 'etcd']));
  });

  it('can be read', () => {
    const plan: Plan = {
      seed: 'seed',
      run: 1,
      fromNothing: true,
      onFailure: 'keep',
      ending: { outcome: 'Aborted', moment: { at: 'all-v1', after: 1_250 } },
      faults: [
        { victim: 'etcd', action: 'suspend', moment: { at: 'all-v1', after: 0 }, lasts: 2_149 },
        {
          victim: 'pod',
          action: 'kill',
          moment: { at: 'start', after: 400 },
          lasts: 0,
          workload: 'ratings-v1',
        },
        { victim: 'worker', action: 'jump-clock', moment: { at: 'start', after: 1 }, lasts: 0, by: -20_000 },
      ],
    };
    expect(describePlan(plan)).toBe(
      'from nothing; abort at all-v1 +1.3 s; suspend etcd 2.1 s at all-v1 +0 s; ' +
        'kill ratings-v1 at start +0.4 s; jump-clock worker -20 s at start +0 s',
    );
  });
});
