import { abortRequests } from '../cluster.ts';
import { canaryOf, sequentialGates } from '../documents.ts';
import { hurtOf } from '../harm.ts';
import { outcomeOf } from '../outcome.ts';
import type { Stand } from '../stand.ts';
import type { Scenario, Settings, Trial } from '../trial.ts';

const plan = { stable: 'v1', candidate: 'v2', shares: [10], gates: sequentialGates };

/** Milliseconds beyond the hold in which a stage that was inconclusive may still be promoted. */
const grace = 120_000;

/** Milliseconds after which callers give up. */
const patience = 1_000;

/** Percent of requests that end without a version, or without an answer, whichever version they are for. */
const percentage = 1;

const variants = {
  'failures without a version': {
    faults: [],
    begin: (stand: Stand) => abortRequests(stand.lab.kubeconfig ?? '', 'reviews', percentage),
    end: (stand: Stand) => abortRequests(stand.lab.kubeconfig ?? '', 'reviews', 0),
  },
  'callers give up': {
    faults: [`reviews-v1=hang:${percentage / 100}`, `reviews-v2=hang:${percentage / 100}`],
    begin: () => Promise.resolve(),
    end: () => Promise.resolve(),
  },
} as const;

/** Two versions that are equally good, and requests that tell nobody's version or never end. */
export const healthyUnanswered: Scenario = {
  name: 'healthy-unanswered',
  summary: 'rollbacks of a candidate at 10 % while 1 % of all requests end without a version or an answer',
  variants: Object.keys(variants),
  runs: 5,
  settings: { hold: 600_000, rate: 50 },
  run,
};

async function run(stand: Stand, variant: string, { hold, rate }: Settings): Promise<Trial> {
  const { faults, begin, end } = variants[variant as keyof typeof variants];
  await begin(stand);
  try {
    await stand.fault(...faults);
    const traffic = await stand.load(rate, 'reviews', patience);
    const rollout = await stand.start(canaryOf(stand.lab, { ...plan, hold }));
    const outcome = await outcomeOf(rollout, hold + grace);
    await traffic.stop();
    const { hurt } = hurtOf(traffic.samples, plan.candidate, patience);
    return { ...outcome, figures: { hurt, requests: traffic.samples.length } };
  } finally {
    await end(stand);
  }
}
