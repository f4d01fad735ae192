/** A command line whose world is a fake: no server, no files, no waiting. */
import type { Execution, Session } from '../../../client/connection/session.ts';
import type { ServerSettings } from '../../../client/connection/settings.ts';
import type { Cluster } from '../../../access/cluster.ts';
import type { Context } from '../../../client/context.ts';
import { run } from '../../../client/run.ts';
import { result, run as ref, status } from './rollouts.ts';

export const spec = `apiVersion: sluice.dev/v1alpha1
kind: Canary
metadata: { name: checkout }
spec:
  cluster: { provider: lab }
  namespace: shop
  services:
    - { host: checkout, subsets: [{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 } }] }
  stages:
    - { name: start, weights: { checkout: { v1: 100 } } }
    - { name: all, weights: { checkout: { v2: 100 } } }
`;

export const execution: Execution = {
  ...ref,
  type: 'canary',
  state: 'RUNNING',
  taskQueue: 'sluice',
  doing: null,
  live: [],
  retry: null,
  attributes: {},
  startedAt: '2026-01-01T00:00:00.000Z',
  closedAt: null,
};

export const closed: Execution = { ...execution, state: 'COMPLETED', closedAt: '2026-01-01T00:01:00.000Z' };

/** A server with one worker, on which every run is over at once and promoted. */
export function sessionWith(changes: Partial<Session> = {}): Session {
  return {
    address: '127.0.0.1:7233',
    namespace: 'default',
    pollers: () => Promise.resolve(1),
    start: ({ workflowId }) => Promise.resolve({ workflowId, runId: 'run-1' }),
    find: () => Promise.resolve(closed),
    status: () => Promise.resolve(status),
    restoreInput: () => Promise.resolve(null),
    ending: () => Promise.resolve({ kind: 'completed', value: result }),
    argument: () => Promise.resolve(null),
    signal: () => Promise.resolve(),
    update: () => Promise.resolve(null),
    list: () => Promise.resolve([]),
    close: () => Promise.resolve(),
    ...changes,
  };
}

/** A cluster without a single Service. */
const emptyCluster: Cluster = {
  server: 'https://127.0.0.1:6443',
  readService: () => Promise.resolve(null),
  forward: () => Promise.reject(new Error('nothing is there to forward to')),
};

/** What a command line did. */
export interface Ran {
  readonly exitCode: number;
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  readonly settings: readonly ServerSettings[];
}

/** Runs a command line against a session. */
export async function sluice(
  args: readonly string[],
  session: Partial<Session> = {},
  changes: Partial<Context> = {},
): Promise<Ran> {
  const ran = {
    exitCode: 0,
    stdout: [] as string[],
    stderr: [] as string[],
    settings: [] as ServerSettings[],
  };
  await run(args, {
    env: {},
    user: 'ann',
    print: (text) => void ran.stdout.push(text),
    note: (line) => void ran.stderr.push(line),
    readFile: () => Promise.resolve(spec),
    runTool: () => Promise.resolve({ exitCode: 1, stdout: '', stderr: '', missing: true }),
    openSession: (settings) => {
      ran.settings.push(settings);
      return Promise.resolve(sessionWith(session));
    },
    reachCluster: () => Promise.resolve(emptyCluster),
    answers: () => Promise.resolve(true),
    sleep: () => Promise.resolve(),
    untilInterrupted: (act) => act,
    runProgram: () => Promise.resolve(0),
    exit: (code) => void (ran.exitCode = code),
    ...changes,
  });
  return ran;
}
