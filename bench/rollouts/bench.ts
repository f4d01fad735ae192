/** The trials of all chosen scenarios on one stand, one after the other. */
import { messageOf } from '../../domain/message-of.ts';
import { formatTrial } from './report.ts';
import { Stand, type StandOptions } from './stand.ts';
import type { Row, Scenario, Settings } from './trial.ts';

export interface BenchOptions extends StandOptions, Partial<Settings> {
  readonly scenarios: readonly Scenario[];
  readonly runs?: number;
}

export interface BenchResult {
  readonly rows: readonly Row[];
  /** What ended the bench before its last trial; null if nothing did. */
  readonly trouble: unknown;
}

/** Runs every trial; what was measured before something went wrong is kept. */
export async function bench(options: BenchOptions): Promise<BenchResult> {
  const rows: Row[] = [];
  try {
    const stand = await Stand.up(options);
    try {
      for (const scenario of options.scenarios) await runScenario(stand, scenario, options, rows);
    } finally {
      await stand.down();
    }
    return { rows, trouble: null };
  } catch (trouble) {
    return { rows, trouble };
  }
}

async function runScenario(
  stand: Stand,
  scenario: Scenario,
  { runs = scenario.runs, hold = scenario.settings.hold, rate = scenario.settings.rate }: BenchOptions,
  rows: Row[],
): Promise<void> {
  for (let run = 1; run <= runs; run++) {
    for (const variant of scenario.variants) {
      const row = await runTrial(stand, scenario, variant, { hold, rate }, run);
      process.stderr.write(`${formatTrial(row)}\n`);
      rows.push(row);
    }
  }
}

async function runTrial(
  stand: Stand,
  scenario: Scenario,
  variant: string,
  settings: Settings,
  run: number,
): Promise<Row> {
  const place = { scenario: scenario.name, variant, run };
  try {
    return { ...place, ...(await scenario.run(stand, variant, settings)) };
  } catch (error) {
    stand.signal.throwIfAborted();
    // The others of a bench of hours are worth having all the same.
    return { ...place, outcome: 'no result', figures: {}, reason: messageOf(error) };
  } finally {
    await stand.clear();
  }
}
