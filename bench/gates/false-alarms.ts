/**
 * How often do the sequential gates fail a healthy candidate?
 *
 *   npm run bench:false-alarms -- [--runs 10000] [--seed sluice] [--output json]
 *
 * Simulates stages of ten minutes of 50 requests/s, 10 % of them on the candidate, with a look every 250 ms: 2,400
 * looks, any of which may fail it. The share that failed must be below alpha, 1 %. The same seed gives the same table
 * on every machine. Takes about a minute.
 */
import { formatTable } from '../../client/render/table.ts';
import { percent, readOptions } from './options.ts';
import { seededRandom } from './random.ts';
import { simulateRuns, type Stage } from './simulate.ts';

const conditions = { rate: 50, share: 0.1, interval: 250, hold: 10 * 60_000, onset: 0 };
const settings = { allowed: 0.01, alpha: 0.01 };

interface Case extends Pick<Stage, 'candidate' | 'stable'> {
  readonly name: string;
}

/** A dependency of both versions that is down for five seconds, up for five, and so on. */
const comingAndGoing = (at: number) => (at % 10_000 < 5_000 ? 1 : 0);

const cases: Case[] = [
  { name: '0.5 % bad requests on both versions', candidate: () => 0.005, stable: () => 0.005 },
  { name: '3 % on both, by a shared fault', candidate: () => 0.03, stable: () => 0.03 },
  { name: 'a shared fault that comes and goes', candidate: comingAndGoing, stable: comingAndGoing },
  { name: 'as many as allowed, the stable version without', candidate: () => 0.01, stable: () => 0 },
];

const { runs, seed, output } = readOptions(10_000);
const rows = cases.map((one) => ({ name: one.name, failed: countFailed(one) / runs }));
const report =
  output === 'json'
    ? JSON.stringify({ ...conditions, ...settings, runs, seed, rows }, null, 2)
    : formatTable(
        ['CANDIDATE', 'FAILED'],
        rows.map(({ name, failed }) => [name, percent(failed)]),
      );
process.stdout.write(`${report}\n`);

function countFailed({ name, ...rates }: Case): number {
  const random = seededRandom(`${seed} ${name}`);
  const detections = simulateRuns(runs, { ...conditions, ...rates }, settings, random);
  return detections.filter((detection) => detection !== null).length;
}
