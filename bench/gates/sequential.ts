/**
 * How soon do the sequential gates fail a bad candidate?
 *
 *   npm run bench:detection -- [--runs 1000] [--seed sluice] [--output json]
 *
 * Simulates stages of 50 requests/s and a look every 250 ms, with the defaults of the gates `errors` and
 * `slowRequests`: the test counts bad requests and does not ask what makes them bad, so a latency that lifts every
 * request over the objective is the row in which 100 % are bad. Nothing is measured by a clock: the same seed gives
 * the same table on every machine. Takes some seconds.
 *
 * Columns: the candidate's share of the traffic; from when on it is bad; the shares of bad requests of the candidate and
 * of the stable version; the share of stages that failed within ten minutes; and, over those, medians from then on: of the
 * candidate's requests until the gate failed, of the bad ones among them, of looks, and of the time.
 */
import { formatTable } from '../../client/render/table.ts';
import { measureDetection, type DetectionRow, type Effect } from './detection.ts';
import { percent, readOptions } from './options.ts';

const conditions = { rate: 50, interval: 250, hold: 10 * 60_000 };
const settings = { allowed: 0.01, alpha: 0.01 };

/** Shares of bad requests: of the candidate, and of the stable version. */
const faults = [
  [1, 0],
  [1, 0.005],
  [0.5, 0.005],
  [0.05, 0.005],
  [0.02, 0.005],
] as const;

/** Those that are bad from the shift on, then those that turn bad in the middle of the hold. */
const effects: Effect[] = [
  ...[0.1, 0.5, 0.01].flatMap((share) => effectsOf(share, 0)),
  ...effectsOf(0.1, conditions.hold / 2),
];

const { runs, seed, output } = readOptions(1_000);
const rows = effects.map((effect) => measureDetection(effect, conditions, settings, runs, seed));
const report =
  output === 'json'
    ? JSON.stringify({ ...conditions, ...settings, runs, seed, rows }, null, 2)
    : format(rows);
process.stdout.write(`${report}\n`);

function effectsOf(share: number, onset: number): Effect[] {
  return faults.map(([candidate, stable]) => ({ share, onset, candidate, stable }));
}

function format(table: readonly DetectionRow[]): string {
  return formatTable(
    ['TRAFFIC', 'FROM', 'BAD', 'STABLE BAD', 'FAILED', 'REQUESTS', 'BAD REQUESTS', 'LOOKS', 'TIME'],
    table.map((row) => [
      percent(row.share),
      `${row.onset / 1_000} s`,
      percent(row.candidate),
      percent(row.stable),
      percent(row.failed),
      ...[row.requests, row.bad, row.looks].map((count) => (count === null ? '-' : `${count}`)),
      row.time === null ? '-' : `${row.time / 1_000} s`,
    ]),
  );
}
