/** Runs plans one after the other on one stand; a run that ended wrong gets the next one a new stand. */
import { join } from 'node:path';
import { processesNaming } from '../e2e/fixtures/leftovers.ts';
import { keepEvidence } from './keep-evidence.ts';
import { describePlan } from './plan/describe.ts';
import { drawPlan } from './plan/draw.ts';
import type { Plan, Victim } from './plan/plan.ts';
import { type RunReport, runOnce } from './run/run-once.ts';
import { Stand } from './stand/stand.ts';

export interface ChaosOptions {
  readonly name: string;
  readonly seed: string;
  /** Number of the first run, from 1, and how many there are. */
  readonly first: number;
  readonly runs: number;
  /** Milliseconds after which no further run begins. */
  readonly limit: number;
  readonly only: readonly Victim[];
  /** Directory for what runs that ended wrong leave. */
  readonly keep: string;
  readonly say: (line: string) => void;
  readonly onReport: (report: KeptReport) => void;
  readonly signal: AbortSignal;
}

export interface KeptReport extends RunReport {
  /** Directory with logs and history; null when the run went as it must. */
  readonly evidence: string | null;
}

/** Runs what it is told, and ends everything that it started. */
export async function chaos(options: ChaosOptions): Promise<void> {
  const { first, runs, limit, seed, only, signal, say } = options;
  const deadline = Date.now() + limit;
  const stands = new Stands(options);
  try {
    for (let run = first; run < first + runs && !signal.aborted; run += 1) {
      if (Date.now() > deadline) {
        say(`the time is over before run ${run}`);
        return;
      }
      const plan = drawPlan(seed, run, only);
      say(`run ${run}: ${describePlan(plan)}`);
      options.onReport(await runPlan(plan, stands, options));
    }
  } finally {
    await stands.end();
  }
}

async function runPlan(plan: Plan, stands: Stands, options: ChaosOptions): Promise<KeptReport> {
  const { say, signal, keep } = options;
  const stand = await stands.for(plan);
  signal.throwIfAborted();
  const report = await runOnce({ stand, plan, say, signal });
  if (report.wrong.length === 0) return { ...report, evidence: null };
  const evidence = join(keep, `${plan.seed}-${plan.run}`);
  await keepEvidence(stand, report, evidence);
  await stands.end();
  return { ...report, evidence };
}

/** The stand of the moment. */
class Stands {
  private readonly options: ChaosOptions;
  private stand: Stand | null = null;

  constructor(options: ChaosOptions) {
    this.options = options;
  }

  /** A stand as the plan needs it. */
  async for({ fromNothing, faults }: Plan): Promise<Stand> {
    this.stand ??= await Stand.up(this.options);
    const { stand } = this;
    const hasClock = stand.fakeTime !== null && faults.some(({ action }) => action === 'jump-clock');
    await (fromNothing ? stand.removeCluster() : stand.bringCluster());
    await stand.worker.start({ hasClock });
    return stand;
  }

  /** Throws when a process of it is left. */
  async end(): Promise<void> {
    const { stand } = this;
    this.stand = null;
    if (stand === null) return;
    await stand.down();
    const left = await processesNaming(stand.stateHome);
    if (left.length > 0) throw new Error(`processes are left: ${left.join('; ')}`);
  }
}
