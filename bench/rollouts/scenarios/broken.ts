import { canaryOf, sequentialGates } from '../documents.ts';
import { harmOf, hurtElsewhere } from '../harm.ts';
import { outcomeOf } from '../outcome.ts';
import type { Stand } from '../stand.ts';
import type { Scenario, Settings, Trial } from '../trial.ts';

const plan = { stable: 'v1', candidate: 'v2', shares: [10], gates: sequentialGates };

/** Milliseconds beyond the hold that a rollout may take; a stage that is inconclusive looks on by itself. */
const grace = 120_000;

/** Milliseconds of load after the rollout, to see that the candidate's share is 0 %. */
const aftermath = 3_000;

/** A candidate that is broken from the start, at 10 % of the requests. */
export const broken: Scenario = {
  name: 'broken',
  summary: 'requests that a broken candidate hurts at 10 %, until its share is 0 %',
  variants: ['error:1', 'error:0.5', 'error:0.05', 'latency:800ms'],
  runs: 10,
  settings: { hold: 300_000, rate: 50 },
  run,
};

async function run(stand: Stand, fault: string, { hold, rate }: Settings): Promise<Trial> {
  await stand.fault(`reviews-v2=${fault}`);
  const traffic = await stand.load(rate);
  const rollout = await stand.start(canaryOf(stand.lab, { ...plan, hold }));
  const outcome = await outcomeOf(rollout, hold + grace);
  await stand.sleep(aftermath);
  await traffic.stop();
  const { requests, hurt, span } = harmOf(traffic.samples, plan.candidate);
  const elsewhere = hurtElsewhere(traffic.samples, plan.candidate);
  return { ...outcome, figures: { hurt, requests, 'span ms': span, 'hurt elsewhere': elsewhere } };
}
