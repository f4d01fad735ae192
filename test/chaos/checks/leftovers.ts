/** Whether a teardown left anything: objects in the cluster, processes on the machine. */
import { setTimeout as sleep } from 'node:timers/promises';
import { clusterProcesses } from '../../../lab/supervisor/end-cluster.ts';
import { inventory } from '../../e2e/fixtures/inventory.ts';
import type { Stand } from '../stand/stand.ts';

/** What controllers and the node agent get to follow, in ms. */
const limit = 60_000;
const pollInterval = 500;

/** Lines and processes in a message. */
const named = 5;

/** What is different from before the run, in words. */
export async function leftovers(stand: Stand, fromNothing: boolean): Promise<string[]> {
  const look = fromNothing ? processesLeft : changesLeft;
  for (const deadline = Date.now() + limit; ;) {
    const left = await look(stand).catch((error: unknown) => [String(error)]);
    if (left.length === 0 || Date.now() > deadline) return left;
    await sleep(pollInterval);
  }
}

/** The rollout made the cluster: nothing of it may run. */
async function processesLeft({ paths }: Stand): Promise<string[]> {
  const left = await clusterProcesses(paths);
  return left.length === 0 ? [] : [`processes are left: ${left.map(({ name }) => name).join(', ')}`];
}

/** The cluster was there before: it has what it had, and runs what it ran. */
async function changesLeft({ paths, before, processesBefore }: Stand): Promise<string[]> {
  const now = await inventory(paths.kubeconfig);
  const more = now.filter((line) => !before.includes(line));
  const less = before.filter((line) => !now.includes(line));
  const running = (await clusterProcesses(paths)).map(({ name }) => name).sort();
  const processes = running.filter((name, index) => name !== processesBefore[index]);
  return [
    ...difference('objects are left', more),
    ...difference('objects are gone', less),
    ...(running.length === processesBefore.length
      ? []
      : difference('processes are not what they were', processes)),
  ];
}

function difference(what: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const more = lines.length > named ? ` and ${lines.length - named} more` : '';
  return [`${what}: ${lines.slice(0, named).join('; ')}${more}`];
}
