/**
 * Fuzzes the parsers of documents and answers: `npm run fuzz -- --minutes 60`. Names each crash and hang, with the seed
 * that repeats it: `npm run fuzz -- --target <name> --seed <seed> --rounds 1`.
 */
import { parseArgs } from 'node:util';
import { brokenTargets } from './targets/broken.ts';
import { targets } from './targets/index.ts';
import { Rounds, type Hang, type RoundReport } from './rounds.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    rounds: { type: 'string' },
    runs: { type: 'string', default: '300' },
    seed: { type: 'string' },
    limit: { type: 'string', default: '10000' },
    target: { type: 'string', multiple: true },
  },
});

const wanted = values.target ?? targets.map(({ name }) => name);
const names = [...targets, ...brokenTargets].map(({ name }) => name).filter((name) => wanted.includes(name));
if (names.length < wanted.length)
  throw new Error(`no such target: there are ${targets.map(({ name }) => name).join(', ')}`);
const first = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);
const end = values.minutes === undefined ? Infinity : performance.now() + Number(values.minutes) * 60_000;
const lastRound =
  values.rounds === undefined ? (values.minutes === undefined ? 1 : Infinity) : Number(values.rounds);

interface Tally {
  cases: number;
  slowest: number;
}

const tallies = new Map<string, Tally>();
const found = { crashes: 0, hangs: 0 };
/** Where a crash was first seen: the same one is told once. */
const seen = new Set<string>();

const rounds = new Rounds(Number(values.limit));
for (let round = 0; round < lastRound && performance.now() < end; round += 1) {
  for (const target of names) {
    const seed = (first + round) % 2 ** 31;
    note(target, seed, await rounds.run({ target, seed, runs: Number(values.runs) }));
  }
}
await rounds.end();
summarize();
process.exitCode = found.crashes + found.hangs > 0 ? 1 : 0;

function note(target: string, seed: number, result: RoundReport | Hang): void {
  const tally = tallies.get(target) ?? { cases: 0, slowest: 0 };
  tallies.set(target, tally);
  if (!('name' in result)) {
    tell('hang', target, seed, result.input, '');
    return;
  }
  tally.cases += result.runs;
  tally.slowest = Math.max(tally.slowest, result.slowest);
  if (result.crash !== null) tell('crash', target, seed, result.crash.input, result.crash.error);
}

function tell(kind: 'crash' | 'hang', target: string, seed: number, input: string, error: string): void {
  const place = `${target} ${error
    .split('\n')
    .slice(0, 3)
    .join(' ')
    .replace(/[0-9"].*?(?= at |$)/, '')}`;
  found[kind === 'crash' ? 'crashes' : 'hangs'] += 1;
  if (seen.has(place)) return;
  seen.add(place);
  const shown = JSON.stringify(input.length > 2_000 ? `${input.slice(0, 2_000)}…` : input);
  console.log(
    `${kind} of ${target}, seed ${seed}, ${input.length} characters: ${shown}\n${error.slice(0, 2_000)}`,
  );
}

function summarize(): void {
  for (const [target, { cases, slowest }] of tallies)
    console.log(`${target}: ${cases} cases, slowest ${slowest.toFixed(0)} ms`);
  const total = [...tallies.values()].reduce((sum, { cases }) => sum + cases, 0);
  console.log(`seed ${first}: ${total} cases, crashes ${found.crashes}, hangs ${found.hangs}`);
}
