import { suspendPart } from '../../../lab/faults/suspend.ts';
import { canaryOf, windowGates } from '../documents.ts';
import { outcomeOf } from '../outcome.ts';
import type { Rollout } from '../rollout.ts';
import type { Stand } from '../stand.ts';
import type { Scenario, Settings, Trial } from '../trial.ts';

const plan = { stable: 'v1', candidate: 'v2', shares: [10], gates: windowGates };
const stage = 'v2-10';

/** Milliseconds that Prometheus is away, from the middle of the hold on: at the hold's end nothing can be known. */
const outage = 60_000;

/** Milliseconds from its return in which the rollout goes on by itself. */
const grace = 180_000;

/** The source of the evidence goes away, and comes back. */
export const prometheusOutage: Scenario = {
  name: 'prometheus-outage',
  summary: 'Prometheus away for 60 s in a hold: inconclusive, then promoted',
  variants: ['60 s away'],
  runs: 3,
  settings: { hold: 30_000, rate: 50 },
  run,
};

async function run(stand: Stand, _: string, { hold, rate }: Settings): Promise<Trial> {
  await stand.load(rate);
  const rollout = await stand.start(canaryOf(stand.lab, { ...plan, hold }));
  await rollout.holding(stage);
  await stand.sleep(hold / 2);
  const resume = await suspendPart(stand.lab.name, 'prometheus');
  try {
    const seen = await seenMeanwhile(rollout);
    const returned = Date.now();
    resume();
    const { outcome, reason } = await outcomeOf(rollout, hold + grace);
    return {
      outcome: `${seen}, then ${outcome}`,
      reason,
      figures: { 'to the end ms': Date.now() - returned },
    };
  } finally {
    resume();
  }
}

/** What the status says before Prometheus is back. */
async function seenMeanwhile(rollout: Rollout): Promise<string> {
  const ends = Date.now() + outage;
  const inconclusive = await rollout.until(({ step }) => step.includes('inconclusive'), outage);
  const result = await rollout.end(Math.max(0, ends - Date.now()));
  if (result !== null) return result.outcome;
  return inconclusive === null ? 'nothing' : 'inconclusive';
}
