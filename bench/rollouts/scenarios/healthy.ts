import { fourStages } from '../documents.ts';
import { failuresOf } from '../harm.ts';
import { outcomeOf } from '../outcome.ts';
import type { Stand } from '../stand.ts';
import type { Scenario, Settings, Trial } from '../trial.ts';

const stages = 4;

/** Milliseconds beyond the holds: an inconclusive stage included. */
const grace = 180_000;

/** Milliseconds of load after the rollout. */
const aftermath = 3_000;

/** The example's four stages, of versions that are healthy. */
export const healthy: Scenario = {
  name: 'healthy',
  summary: 'requests that fail, and events of the history, in four-stage rollouts of healthy versions',
  variants: ['four stages'],
  runs: 20,
  settings: { hold: 20_000, rate: 50 },
  run,
};

async function run(stand: Stand, _: string, { hold, rate }: Settings): Promise<Trial> {
  const requests = await stand.load(rate);
  const pages = await stand.load(rate, 'page');
  const rollout = await stand.start(await fourStages(stand.lab.name, hold));
  const outcome = await outcomeOf(rollout, stages * hold + grace);
  await stand.sleep(aftermath);
  await Promise.all([requests.stop(), pages.stop()]);
  return {
    ...outcome,
    figures: {
      failed: failuresOf(requests.samples),
      requests: requests.samples.length,
      'failed pages': failuresOf(pages.samples),
      pages: pages.samples.length,
      events: await rollout.events(),
    },
  };
}
