import { breakCircuit, scale } from '../cluster.ts';
import { canaryOf, sequentialGates } from '../documents.ts';
import { hurtOf } from '../harm.ts';
import { outcomeOf } from '../outcome.ts';
import type { Rollout } from '../rollout.ts';
import type { Stand } from '../stand.ts';
import type { Path } from '../traffic.ts';
import type { Scenario, Settings, Trial } from '../trial.ts';

const plan = { stable: 'v1', candidate: 'v2', shares: [10], gates: sequentialGates };
const versions = ['v1', 'v2', 'v3'];
const stage = 'v2-10';

/** Milliseconds beyond the hold that a rollout may take; a stage that is inconclusive looks on by itself. */
const grace = 120_000;

/** Milliseconds of load after the rollout, to see that nobody is hurt any more. */
const aftermath = 3_000;

/** Milliseconds of the hold before something happens to the candidate that was well. */
const before = 3_000;

/** Milliseconds after which callers give up. */
const patience = 1_000;

interface Way {
  /** Faults from the first request on. */
  readonly faults: readonly string[];
  readonly path?: Path;
  /** What happens in the hold. */
  readonly happens?: (stand: Stand) => Promise<void>;
  /** Puts back what the stand does not put back by itself. */
  readonly mend?: (stand: Stand) => Promise<void>;
}

const reviews = (fault: string) => ({ faults: [`reviews-v2=${fault}`] });
const pods = (replicas: number) => (stand: Stand) =>
  scale(stand.lab.kubeconfig ?? '', 'reviews-v2', replicas);
const circuit = (broken: string | null) => (stand: Stand) =>
  breakCircuit(stand.lab.kubeconfig ?? '', 'reviews', versions, broken);

const ways: Readonly<Record<string, Way>> = {
  '500 to all': reviews('error:1'),
  '500 to half': reviews('error:0.5'),
  'connections refused': reviews('refuse'),
  'pods gone': { faults: [], happens: pods(0), mend: pods(1) },
  'circuit breaker open': { ...reviews('latency:300ms'), happens: circuit('v2'), mend: circuit(null) },
  hangs: reviews('hang:1'),
  '800 ms slower': reviews('latency:800ms'),
  'gRPC unavailable': { ...reviews('error:1,grpc:14'), path: 'grpc' },
  'gRPC internal, a third': { ...reviews('error:0.33,grpc:13'), path: 'grpc' },
};

/** A candidate at 10 % that fails in one of the ways in which real ones do. */
export const waysToFail: Scenario = {
  name: 'ways-to-fail',
  summary: 'requests that a candidate at 10 % hurts, by the way in which it fails',
  variants: Object.keys(ways),
  runs: 10,
  settings: { hold: 120_000, rate: 50 },
  run,
};

async function run(stand: Stand, variant: string, { hold, rate }: Settings): Promise<Trial> {
  const { faults, path, happens, mend } = ways[variant] ?? { faults: [] };
  await stand.fault(...faults);
  const traffic = await stand.load(rate, path, patience);
  const rollout = await stand.start(canaryOf(stand.lab, { ...plan, hold }));
  try {
    if (happens) await happenIn(rollout, stand, happens);
    const outcome = await outcomeOf(rollout, hold + grace);
    const endedAt = Date.now();
    await stand.sleep(aftermath);
    await traffic.stop();
    const { hurt, span } = hurtOf(traffic.samples, plan.candidate, patience);
    const after = traffic.samples.filter(({ at }) => at > endedAt);
    return {
      ...outcome,
      figures: { hurt, 'span ms': span, 'hurt after': hurtOf(after, plan.candidate, patience).hurt },
    };
  } finally {
    await mend?.(stand);
  }
}

async function happenIn(
  rollout: Rollout,
  stand: Stand,
  happens: (stand: Stand) => Promise<void>,
): Promise<void> {
  await rollout.holding(stage);
  await stand.sleep(before);
  await happens(stand);
}
