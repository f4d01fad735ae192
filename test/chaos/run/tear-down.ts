/** Removes what a run made, as its user would. */
import type { RolloutResult } from '../../../domain/rollout.ts';
import { start } from '../../e2e/fixtures/run.ts';
import type { Running } from './running.ts';

/** What a teardown may take with all its faults, in ms. */
const limit = 4 * 60_000;

interface TornDown {
  readonly undone: readonly { readonly name: string; readonly outcome: string; readonly reason: string }[];
}

/**
 * What is wrong with the teardown, in words. Who is told that nothing was started, Temporal or the worker being away,
 * asks again.
 */
export async function tearDown(running: Running, id: string, result: RolloutResult): Promise<string[]> {
  const deadline = performance.now() + limit;
  for (;;) {
    const { exitCode, stdout, stderr } = await askOnce(running, id, deadline);
    if (exitCode === 0) return wrongTeardown(result, JSON.parse(stdout) as TornDown);
    const isRefused = exitCode === 2;
    if (!isRefused || performance.now() >= deadline)
      return [`the teardown ended with exit code ${exitCode}: ${stderr}${stdout}`];
  }
}

async function askOnce({ stand, signal }: Running, id: string, deadline: number) {
  const command = start('client/main.ts', ['teardown', id, '--output', 'json'], stand.env, { quiet: true });
  const end = () => command.kill('SIGKILL');
  const timer = setTimeout(end, deadline - performance.now());
  signal.addEventListener('abort', end, { once: true });
  try {
    return await command.done;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
}

function wrongTeardown({ undone: before }: RolloutResult, { undone }: TornDown): string[] {
  const failed = undone
    .filter(({ outcome }) => outcome !== 'done')
    .map(({ name, reason }) => `teardown of ${name} failed: ${reason}`);
  const again = undone.filter(({ name }) => before.some((one) => one.name === name));
  return [...failed, ...again.map(({ name }) => `${name} was torn down after it was undone`)];
}
