import { describe, expect, it, jest } from '@jest/globals';
import yaml from 'yaml';
import type { Execution, RunFilter, Session } from '../../../client/connection/session.ts';
import type { ClusterConnection, Created, RolloutStatus, UndoEntry } from '../../../domain/rollout.ts';
import { closed, sluice, spec } from '../support/command-line.ts';
import { status } from '../support/rollouts.ts';

const here: ClusterConnection = {
  provider: 'kubeconfig',
  name: 'blue',
  kubeconfig: null,
  context: 'blue',
  created: false,
  prometheus: null,
  istio: null,
};
const there = { ...here, name: 'green', context: 'green' };
const route = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  name: 'checkout',
  namespace: 'shop',
};
const app = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'checkout-v1', namespace: 'shop' };

interface Run {
  readonly minute: number;
  readonly connection?: ClusterConnection;
  readonly created?: Partial<Created>;
  readonly undone?: readonly UndoEntry[];
}

interface Teardown {
  readonly minute: number;
  readonly state?: string;
  readonly outcome?: UndoEntry['outcome'];
  readonly connection?: ClusterConnection;
}

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();

/** A server that has these runs of one rollout, the latest first, and these teardowns of it. */
function sessionOf(
  runs: readonly Run[],
  teardowns: readonly Teardown[] = [],
  { workflowId } = closed,
): Partial<Session> {
  const executions = runs.map((run, index): Execution => {
    const times = { startedAt: at(run.minute - 1), closedAt: at(run.minute) };
    return { ...closed, ...times, workflowId, runId: `run-${index}` };
  });
  const removals = teardowns.map(({ minute, state = 'COMPLETED' }, index): Execution => {
    const times = { startedAt: at(minute), closedAt: at(minute + 1) };
    return { ...closed, ...times, type: 'teardown', state, runId: `teardown-${index}` };
  });
  const statusOf = (runId: string): RolloutStatus => {
    const run = runs[executions.findIndex((one) => one.runId === runId)];
    const { connection = here, created = {}, undone = [] } = run ?? {};
    return { ...status, connection, undone, created: { ...status.created, ...created } };
  };
  const removalOf = (runId: string) => teardowns[removals.findIndex((one) => one.runId === runId)];
  return {
    find: () => Promise.resolve(executions[0] ?? null),
    list: ({ types, workflowId: id }: RunFilter) => {
      const isRollout = id === workflowId && types.includes('rollout');
      const isTeardown = id === `teardown/${workflowId}` && types[0] === 'teardown';
      return Promise.resolve(isRollout ? executions : isTeardown ? removals : []);
    },
    status: ({ runId }) => Promise.resolve(statusOf(runId)),
    argument: ({ runId }) => {
      const { connection = here } = removalOf(runId) ?? {};
      return Promise.resolve(
        runId.startsWith('teardown') ? { connection } : { document: yaml.parse(spec) as unknown },
      );
    },
    ending: ({ runId }) => {
      const { outcome = 'done' } = removalOf(runId) ?? {};
      return Promise.resolve({
        kind: 'completed',
        value: { undone: [{ name: 'mesh', outcome, reason: '' }] },
      });
    },
  };
}

async function teardown(session: Partial<Session>) {
  const start = jest.fn<Session['start']>(({ workflowId }) => Promise.resolve({ workflowId, runId: 'r' }));
  const ran = await sluice(['teardown', 'id'], { ...session, start });
  return { ran, input: start.mock.calls[0]?.[0].argument ?? null };
}

describe('a teardown', () => {
  const brought = { minute: 10, created: { mesh: true, objects: [app] } };
  const canary = { minute: 20, created: { objects: [route] } };
  const nothing = { minute: 30 };

  it('removes what earlier runs of the rollout made, the latest first', async () => {
    const { input } = await teardown(sessionOf([nothing, canary, brought]));
    // Objects are removed from the last one on.
    const created = { cluster: false, mesh: true, namespaceLabel: false, objects: [app, route] };
    expect(input).toEqual({ connection: here, namespace: 'shop', created });
  });

  it('does not remove what a run took back itself', async () => {
    const undone = [{ name: 'mesh', outcome: 'done', reason: '' } as const];
    const { input } = await teardown(sessionOf([canary, { ...brought, undone }]));
    expect(input).toMatchObject({ created: { mesh: false, objects: [app, route] } });
  });

  it('leaves alone what came after an earlier teardown had removed it', async () => {
    const { input } = await teardown(sessionOf([canary, brought], [{ minute: 15 }]));
    expect(input).toMatchObject({ created: { mesh: false, objects: [route] } });
    const all = await teardown(sessionOf([canary, brought], [{ minute: 25 }]));
    expect(all).toMatchObject({ input: null, ran: { exitCode: 0 } });
    expect(all.ran.stdout[0]).toContain('made nothing that is left to remove');
  });

  it.each([
    ['failed in part', { minute: 15, outcome: 'failed' }],
    ['was terminated', { minute: 15, state: 'TERMINATED' }],
  ] as const)('removes it again where the earlier teardown %s', async (_how, earlier) => {
    const { input } = await teardown(sessionOf([canary, brought], [earlier]));
    expect(input).toMatchObject({ created: { mesh: true, objects: [app, route] } });
  });

  it('reaches the cluster as the run did that made it', async () => {
    const maker = { ...here, created: true };
    const { input } = await teardown(
      sessionOf([canary, { minute: 10, connection: maker, created: { cluster: true, mesh: true } }]),
    );
    expect(input).toMatchObject({ connection: maker, created: { cluster: true, objects: [route] } });
  });

  it('asks no run that an earlier teardown was of, where runs have one cluster: each costs a replay', async () => {
    const lab = { ...here, provider: 'lab', name: 'default', context: null };
    const runs = [canary, brought].map((run) => ({ ...run, connection: lab }));
    const session = sessionOf(
      runs,
      [15, 5].map((minute) => ({ minute, connection: lab })),
    );
    const asked = jest.fn<Session['status']>(session.status);
    const { input } = await teardown({ ...session, status: asked });
    expect(input).toMatchObject({ created: { mesh: false, objects: [route] } });
    expect(asked.mock.calls.map(([{ runId }]) => runId)).toEqual(['run-0']);
  });

  it.each([
    ['an EKS cluster, whichever kubeconfig got an entry', 'eks', true],
    ['contexts of two files', 'kubeconfig', false],
  ] as const)('knows runs of one cluster: %s', async (_what, provider, isOne) => {
    const of = (kubeconfig: string) => ({ ...here, provider, kubeconfig });
    const runs = [
      { ...canary, connection: of('/a') },
      { ...brought, connection: of('/b') },
    ];
    const { input, ran } = await teardown(sessionOf(runs));
    expect(input).toMatchObject({ created: { mesh: isOne, objects: isOne ? [app, route] : [route] } });
    expect(ran.stderr.some((line) => line.includes('stays'))).toBe(!isOne);
    // What stays is the next one's, also after the first.
    const next = await teardown(sessionOf(runs, [{ minute: 25, connection: of('/a') }]));
    expect(next.input === null).toBe(isOne);
  });

  describe('of a rollout whose spec leaves the context open', () => {
    const open = { ...closed, workflowId: 'rollout/current/shop/checkout' };
    const runs = [canary, { ...brought, connection: there }];

    it('is of one cluster at a time, and says so', async () => {
      const { input, ran } = await teardown(sessionOf(runs, [], open));
      expect(input).toMatchObject({ connection: here, created: { mesh: false, objects: [route] } });
      expect(ran.stderr).toContainEqual(
        `what runs of ${open.workflowId} made in green stays: the same command again removes it`,
      );
      const again = await teardown(sessionOf(runs, [{ minute: 25 }], open));
      expect(again.input).toMatchObject({ connection: there, created: { mesh: true, objects: [app] } });
      expect(again.ran.stderr.join()).not.toContain('stays');
    });

    it('is not done by one of another cluster', async () => {
      const { input } = await teardown(
        sessionOf([canary, brought], [{ minute: 25, connection: there }], open),
      );
      expect(input).toMatchObject({ created: { mesh: true, objects: [app, route] } });
    });
  });
});
