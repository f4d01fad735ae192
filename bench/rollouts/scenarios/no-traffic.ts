import { canaryOf, sequentialGates, windowGates } from '../documents.ts';
import { outcomeOf } from '../outcome.ts';
import type { Stand } from '../stand.ts';
import type { Scenario, Settings, Trial } from '../trial.ts';

const stage = 'v2-10';

/** Milliseconds beyond the hold without traffic: a stage that would pass without it has passed by then. */
const beyond = 15_000;

/** Milliseconds in which the rollout goes on once traffic is back. */
const grace = 180_000;

/** Milliseconds of the hold before that: enough requests for a pass, had they gone on. */
const before = 5_000;

const variants = { 'window gates': windowGates, 'sequential gates': sequentialGates };

/** Callers go away in a hold. */
export const noTraffic: Scenario = {
  name: 'no-traffic',
  summary: 'load stopped in a hold: inconclusive and no pass, until it is back',
  variants: Object.keys(variants),
  runs: 3,
  settings: { hold: 30_000, rate: 50 },
  run,
};

async function run(stand: Stand, variant: string, { hold, rate }: Settings): Promise<Trial> {
  const gates = variants[variant as keyof typeof variants];
  const traffic = await stand.load(rate);
  const plan = { stable: 'v1', candidate: 'v2', shares: [10], hold, gates };
  const rollout = await stand.start(canaryOf(stand.lab, plan));
  await rollout.holding(stage);
  await stand.sleep(before);
  await traffic.stop();
  const early = await rollout.end(hold - before + beyond);
  const { step } = await rollout.status();
  const meanwhile = early?.outcome ?? (step.includes('inconclusive') ? 'inconclusive' : step);
  await stand.load(rate);
  const returned = Date.now();
  const { outcome, reason } = await outcomeOf(rollout, grace);
  return {
    outcome: `${meanwhile}, then ${outcome}`,
    reason,
    figures: { 'to the end ms': Date.now() - returned },
  };
}
