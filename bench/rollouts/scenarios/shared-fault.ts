import { canaryOf, sequentialGates } from '../documents.ts';
import { harmOf } from '../harm.ts';
import { outcomeOf } from '../outcome.ts';
import type { Stand } from '../stand.ts';
import type { Scenario, Settings, Trial } from '../trial.ts';

const plan = { stable: 'v2', candidate: 'v3', shares: [10], gates: sequentialGates };
const stage = 'v3-10';

/** Milliseconds of the hold before ratings fails, and for which it does. */
const before = 5_000;
const failing = 30_000;

/** Milliseconds beyond the hold; a stage that is still inconclusive then was not blamed either. */
const grace = 60_000;

/** What both versions call. Bookinfo's do without stars when ratings fails; strict ones hand the failure on. */
const variants: Readonly<Record<string, readonly string[]>> = {
  'ratings error:0.2': ['ratings-v1=error:0.2', 'reviews-v2=strict', 'reviews-v3=strict'],
  'ratings error:1': ['ratings-v1=error:1', 'reviews-v2=strict', 'reviews-v3=strict'],
  'ratings latency:800ms': ['ratings-v1=latency:800ms'],
};

/** A dependency of both versions fails. */
export const sharedFault: Scenario = {
  name: 'shared-fault',
  summary:
    'ratings failing for 30 s of a hold, for the stable version and the candidate: whom it is blamed on',
  variants: Object.keys(variants),
  runs: 5,
  settings: { hold: 60_000, rate: 50 },
  run,
};

async function run(stand: Stand, variant: string, { hold, rate }: Settings): Promise<Trial> {
  const traffic = await stand.load(rate);
  const rollout = await stand.start(canaryOf(stand.lab, { ...plan, hold }));
  await rollout.holding(stage);
  await stand.sleep(before);
  await stand.fault(...(variants[variant] ?? []));
  await rollout.end(failing);
  await stand.fault();
  const outcome = await outcomeOf(rollout, hold + grace);
  await traffic.stop();
  const candidate = harmOf(traffic.samples, plan.candidate);
  const stable = harmOf(traffic.samples, plan.stable);
  return {
    ...outcome,
    figures: {
      hurt: candidate.hurt,
      requests: candidate.requests,
      'stable hurt': stable.hurt,
      'stable requests': stable.requests,
    },
  };
}
