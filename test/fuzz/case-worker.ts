/** Runs cases of a target in a thread of its own, which whoever started it can end when a case does not. */
import { parentPort, workerData } from 'node:worker_threads';
import fc from 'fast-check';
import { inputsLike } from './inputs.ts';
import { brokenTargets } from './targets/broken.ts';
import { targets } from './targets/index.ts';
import { watched, type Order, type RoundReport, type SharedCase } from './rounds.ts';

const shared = workerData as SharedCase;

parentPort?.on(
  'message',
  (order: Order) => void runRound(order).then((report) => parentPort?.postMessage(report)),
);

async function runRound({ target: name, seed, runs }: Order): Promise<RoundReport> {
  const target = [...targets, ...brokenTargets].find((one) => one.name === name);
  if (target === undefined)
    throw new Error(`no target ${name}: there are ${targets.map((one) => one.name).join(', ')}`);
  let slowest = 0;
  const property = fc.asyncProperty(inputsLike(target.seeds), async (text) => {
    const started = performance.now();
    await watched(shared, text, () => target.run(text));
    slowest = Math.max(slowest, performance.now() - started);
  });
  const result = await fc.check(property, { seed, numRuns: runs });
  const [input] = result.counterexample ?? [];
  const crash =
    result.failed && input !== undefined ? { input, error: describe(result.errorInstance) } : null;
  return { name, seed, runs: result.numRuns, slowest, crash };
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? String(error)) : String(error);
}
