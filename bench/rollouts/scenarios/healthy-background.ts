import { canaryOf, sequentialGates } from '../documents.ts';
import { harmOf } from '../harm.ts';
import { outcomeOf } from '../outcome.ts';
import type { Stand } from '../stand.ts';
import type { Scenario, Settings, Trial } from '../trial.ts';

const plan = { stable: 'v1', candidate: 'v2', shares: [10], gates: sequentialGates };

/** Milliseconds beyond the hold in which a stage that was inconclusive may still be promoted. */
const grace = 120_000;

/** Two versions that are equally good, and not perfect. */
export const healthyBackground: Scenario = {
  name: 'healthy-background',
  summary: 'rollbacks of a candidate at 10 % that fails as rarely as the stable version',
  variants: ['error:0.005'],
  runs: 10,
  settings: { hold: 600_000, rate: 50 },
  run,
};

async function run(stand: Stand, fault: string, { hold, rate }: Settings): Promise<Trial> {
  await stand.fault(`reviews-v1=${fault}`, `reviews-v2=${fault}`);
  const traffic = await stand.load(rate);
  const rollout = await stand.start(canaryOf(stand.lab, { ...plan, hold }));
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
