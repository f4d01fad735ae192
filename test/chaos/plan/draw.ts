/** Draws plans: the same seed, run and victims give the same plan, whatever ran before. */
import { type Random, seededRandom } from '../../../bench/gates/random.ts';
import {
  type Action,
  type Ending,
  hold,
  type Moment,
  type Plan,
  type PlannedFault,
  stages,
  stagesOf,
  type Victim,
  victims,
} from './plan.ts';

type Range = readonly [from: number, to: number];

/** What can happen to whom, and for how many milliseconds. */
const repertoire: Readonly<Record<Victim, Partial<Record<Action, Range>>>> = {
  // Longer than a heartbeat's timeout (10 s): the worker goes on with what Temporal has given to somebody else.
  worker: { kill: [0, 0], suspend: [500, 14_000], cut: [500, 14_000], 'jump-clock': [0, 0] },
  temporal: { kill: [200, 3_000], suspend: [500, 8_000], 'fill-disk': [1_000, 6_000] },
  'kube-apiserver': { kill: [0, 0], suspend: [500, 6_000] },
  etcd: { kill: [0, 0], suspend: [500, 6_000] },
  istiod: { kill: [0, 0], suspend: [500, 8_000] },
  prometheus: { kill: [0, 0], suspend: [500, 6_000] },
  ingress: { kill: [0, 0], suspend: [300, 3_000] },
  sidecar: { kill: [0, 0], suspend: [300, 3_000] },
  pod: { kill: [0, 0], suspend: [300, 3_000] },
};

/** Every tenth run makes the cluster and the mesh too. */
const fromNothingEvery = 10;

/** Past the hold, so that shifts are hit too; a start and a teardown take about as long. */
const past = 1_500;
const startTakes = 8_000;
const startFromNothingTakes = 25_000;
const teardownTakes = 4_000;

/** Not candidates: a candidate whose pod dies is failed by its gates, or not, as chance has it. */
const workloads = ['details-v1', 'ratings-v1', 'reviews-v1'];

/** Shorter and longer than everything that a run waits for. */
const jumps = [-3_600_000, -20_000, 20_000, 3_600_000];

/** The plan of one run; `only` names who may be hit. */
export function drawPlan(seed: string, run: number, only: readonly Victim[] = victims): Plan {
  const random = seededRandom(`${seed}/${run}`);
  const fromNothing = run % fromNothingEvery === 0;
  const ending = drawEnding(random);
  const onFailure = random() < 0.5 ? 'keep' : 'remove';
  const count = drawCount(random);
  const faults = Array.from({ length: count }, () => drawFault(random, { ending, fromNothing, only }));
  return { seed, run, fromNothing, onFailure, ending, faults };
}

function drawCount(random: Random): number {
  const dice = random();
  if (dice < 0.25) return 1;
  return dice < 0.75 ? 2 : 3;
}

function drawEnding(random: Random): Ending {
  const dice = random();
  if (dice < 0.6) return { outcome: 'Promoted' };
  if (dice < 0.7) return { outcome: 'RolledBack', broken: 'reviews-v2=error:1', stage: 'reviews-v2-10' };
  if (dice < 0.8) return { outcome: 'RolledBack', broken: 'reviews-v3=error:0.5', stage: 'reviews-v3-50' };
  // Not in the last stage, which a worker that is away may have ended before it hears of it.
  const at = pick(random, stages.slice(0, -1));
  return { outcome: 'Aborted', moment: { at, after: within(random, [200, hold - 200]) } };
}

interface Scope {
  readonly ending: Ending;
  readonly fromNothing: boolean;
  readonly only: readonly Victim[];
}

function drawFault(random: Random, scope: Scope): PlannedFault {
  const victim = pick(random, scope.only);
  const [action, lasting] = pick(random, actionsOf(victim, scope));
  const moment = drawMoment(random, victim, scope);
  return {
    victim,
    action,
    moment,
    lasts: within(random, lasting),
    ...(victim === 'pod' && { workload: pick(random, workloads) }),
    ...(action === 'jump-clock' && { by: pick(random, jumps) }),
  };
}

/** Whatever a worker with another clock starts has that clock too: not a whole cluster. */
function actionsOf(victim: Victim, { fromNothing }: Scope): [Action, Range][] {
  const all = Object.entries(repertoire[victim]) as [Action, Range][];
  return all.filter(([action]) => !fromNothing || action !== 'jump-clock');
}

function drawMoment(random: Random, victim: Victim, scope: Scope): Moment {
  const at = pick(random, momentsOf(victim, scope));
  return { at, after: within(random, [0, lengthOf(at, scope)]) };
}

/** Envoys and pods are there with the first stage; so is the rest of a cluster that the rollout makes. */
function momentsOf(victim: Victim, scope: Scope): Moment['at'][] {
  const begun = stagesOf(scope);
  const isOutside = victim === 'worker' || victim === 'temporal';
  const comesLater = ['ingress', 'sidecar', 'pod'].includes(victim) || (scope.fromNothing && !isOutside);
  return comesLater ? begun : ['start', ...begun, 'teardown'];
}

function lengthOf(at: Moment['at'], { fromNothing }: Scope): number {
  if (at === 'start') return fromNothing ? startFromNothingTakes : startTakes;
  return at === 'teardown' ? teardownTakes : hold + past;
}

function pick<T>(random: Random, from: readonly T[]): T {
  const one = from[Math.floor(random() * from.length)];
  if (one === undefined) throw new Error('nothing to pick from');
  return one;
}

function within(random: Random, [from, to]: Range): number {
  return Math.round(from + random() * (to - from));
}
