import { canaryOf } from '../documents.ts';
import { failuresOf, lastRequest } from '../harm.ts';
import { outcomeOf } from '../outcome.ts';
import type { Stand } from '../stand.ts';
import type { Scenario, Settings, Trial } from '../trial.ts';

// Nobody aborts a stage that its gates have just failed: a gate that a busy machine makes fail would only disturb.
const gates = [{ name: 'errors', errors: {} }];
const plan = { stable: 'v1', candidate: 'v2', shares: [50], gates };
const stage = 'v2-50';

/** Milliseconds into the hold: a different moment of its watch each time. */
const shortestHold = 1_000;
const spread = 2_000;

/** Milliseconds that the end of an aborted rollout may take. */
const limit = 60_000;

/** Milliseconds of load after the rollout. */
const aftermath = 2_000;

/** Somebody aborts a rollout that holds at 50/50. */
export const abort: Scenario = {
  name: 'abort',
  summary: 'from the call to abort to the last request that the candidate answered, at the client',
  variants: ['50/50'],
  runs: 30,
  // Twenty milliseconds between two of the candidate's requests: finer than what is measured.
  settings: { hold: 600_000, rate: 100 },
  run,
};

async function run(stand: Stand, _: string, { hold, rate }: Settings): Promise<Trial> {
  const traffic = await stand.load(rate);
  const rollout = await stand.start(canaryOf(stand.lab, { ...plan, hold }));
  await rollout.holding(stage);
  await stand.sleep(shortestHold + spread * Math.random());
  const called = Date.now();
  await rollout.abort();
  const outcome = await outcomeOf(rollout, limit);
  const ended = Date.now();
  await stand.sleep(aftermath);
  await traffic.stop();
  const last = lastRequest(traffic.samples, plan.candidate);
  return {
    ...outcome,
    figures: {
      'last request ms': last === null || outcome.outcome !== 'Aborted' ? null : Math.max(0, last - called),
      'end ms': ended - called,
      failed: failuresOf(traffic.samples),
    },
  };
}
