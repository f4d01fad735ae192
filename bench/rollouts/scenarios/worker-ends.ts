import { randomUUID } from 'node:crypto';
import type { RolloutResult } from '../../../domain/rollout.ts';
import { canaryOf } from '../documents.ts';
import type { Stand } from '../stand.ts';
import type { Scenario, Settings, Trial } from '../trial.ts';

const rollouts = 10;

/** Milliseconds between two samples of each rollout's gate. */
const interval = 500;
const window = 1_000;

// No traffic, so that all the machine has to do is what the workers do; always right, so that one that fails was not asked.
const gates = [
  {
    name: 'asked',
    promql: { query: 'vector(1)', min: 1 },
    interval: `${interval}ms`,
    window: `${window}ms`,
  },
];
const plan = { stable: 'v1', candidate: 'v2', shares: [50], gates };
const stage = 'v2-50';

/** Milliseconds that rollouts may take to end after their hold. */
const limit = 120_000;

/** A worker ends, is killed, or gives way to a newer build while it watches ten rollouts; another one has just come. */
export const workerEnds: Scenario = {
  name: 'worker-ends',
  summary: `from a signal to the end of a worker that watches ${rollouts} rollouts, and what they notice`,
  variants: ['SIGTERM', 'SIGKILL', 'upgrade'],
  runs: 10,
  settings: { hold: 30_000, rate: 1 },
  run: async (stand, variant, settings) => {
    if (variant !== 'upgrade')
      return await run(stand, variant === 'SIGKILL' ? 'SIGKILL' : 'SIGTERM', null, settings);
    const trial = randomUUID();
    await stand.replaceWorker('SIGTERM', `old-${trial}`);
    return await run(stand, 'SIGTERM', `new-${trial}`, settings);
  },
};

async function run(
  stand: Stand,
  signal: 'SIGTERM' | 'SIGKILL',
  build: string | null,
  { hold }: Settings,
): Promise<Trial> {
  const hosts = Array.from({ length: rollouts }, (_, index) => `reviews-${index + 1}`);
  await stand.alias('reviews', hosts);
  const running = await Promise.all(
    hosts.map((host) => stand.start(canaryOf(stand.lab, { ...plan, hold, host }))),
  );
  for (const rollout of running) await rollout.holding(stage);
  const { code, took } = await stand.replaceWorker(signal, build);
  const results = await Promise.all(running.map((rollout) => rollout.end(limit)));
  const builds = await Promise.all(running.map((rollout) => rollout.build()));
  const noticed = results.map((result) => noticedBy(result, hold));
  const promoted = noticed.filter(({ outcome }) => outcome === 'Promoted').length;
  return {
    outcome: promoted === rollouts ? 'Promoted' : `${promoted} of ${rollouts} Promoted`,
    reason: noticed.find(({ outcome }) => outcome !== 'Promoted')?.reason ?? '',
    figures: {
      'exit ms': signal === 'SIGKILL' ? null : took,
      'exit code': code,
      'least over hold ms': Math.min(...noticed.map(({ over }) => over)),
      'most over hold ms': Math.max(...noticed.map(({ over }) => over)),
      'most missed ms': Math.max(...noticed.map(({ missed }) => missed)),
      'on the new build': build === null ? null : builds.filter((one) => one === build).length,
      'bad samples': noticed.reduce((sum, { bad }) => sum + bad, 0),
    },
  };
}

/** What a rollout shows of the worker that went: it may show nothing but samples that nobody took. */
function noticedBy(result: RolloutResult | null, hold: number) {
  const { observedAt, endedAt, gates: reports = [], reason = '' } = heldStage(result) ?? {};
  const [report] = reports;
  return {
    outcome: result?.outcome ?? 'open',
    reason: result === null ? 'it has not ended' : result.reason || reason,
    /** How much longer than its hold it held, in ms. */
    over: Date.parse(endedAt ?? '') - Date.parse(observedAt ?? '') - hold,
    /** For how long nobody took samples, in ms. */
    missed: Math.max(0, hold - window - interval * ((report?.samples ?? 0) - 1)),
    bad: report === undefined ? 0 : report.failures + report.inconclusives,
  };
}

function heldStage(result: RolloutResult | null) {
  return result?.stages.find(({ name }) => name === stage);
}
