import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../../../activities/kubernetes/index.ts';
import type { JobGateSpec, SequentialGateSpec } from '../../../../domain/spec/document.ts';
import { FakeMesh } from '../../traffic/fake-mesh.ts';
import { answersOf } from '../counters/statistics.ts';
import { heldMesh, outcomeOf, startWatch } from './watching.ts';
import { errorsGate } from '../../../support/errors-gate.ts';

const smoke: JobGateSpec = {
  name: 'smoke',
  kind: 'job',
  hosts: ['reviews'],
  dryRun: false,
  initialDelay: 0,
  image: 'curlimages/curl',
  command: ['true'],
  env: {},
  serviceAccount: null,
  timeout: 60_000,
};
const errors: SequentialGateSpec = { ...errorsGate, interval: 100 };

/** A mesh in which a Job ends so after some milliseconds; never without a condition. */
class JobMesh extends FakeMesh {
  constructor(condition: 'Complete' | 'Failed' | null, after = 0) {
    super();
    this.beforeApply = ({ kind, metadata }) => {
      if (kind !== 'Job' || condition === null) return;
      setTimeout(() => finish(this, metadata.name, condition), after);
    };
  }

  /** Names of the Jobs that were made, with repetitions. */
  get made(): string[] {
    return this.log.filter((line) => line.startsWith('apply Job/'));
  }
}

/** Gives a Job the condition that its controller would. */
function finish(mesh: FakeMesh, name: string, type: string): void {
  const job = mesh.objects.get(`Job/default/${name}`);
  if (job === undefined) return;
  const conditions = [{ type, status: 'True', message: 'it has failed' }];
  mesh.put({ ...job, status: { conditions } } as KubeObject);
}

describe('a gate that runs a Job', () => {
  it('passes with it, and the stage at its deadline', async () => {
    const mesh = new JobMesh('Complete');
    const { watching, since } = startWatch({ mesh, gates: [smoke], hold: 1_500 });
    const { verdict, gates, endedAt } = await watching;
    expect(verdict).toBe('pass');
    expect(gates).toMatchObject([{ name: 'smoke', subset: 'v3', verdict: 'pass', samples: 1 }]);
    expect(Date.parse(endedAt)).toBe(since + 1_500);
    expect(mesh.made).toHaveLength(1);
  });

  it('holds the stage until it has ended', async () => {
    const { watching, since } = startWatch({ mesh: new JobMesh('Complete', 300), gates: [smoke], hold: 100 });
    const { verdict, endedAt } = await watching;
    expect(verdict).toBe('pass');
    expect(Date.parse(endedAt)).toBeGreaterThan(since + 300);
  });

  it('is not ended by a report of weights that were put back: that waits for it', async () => {
    const mesh = await heldMesh();
    mesh.beforeApply = ({ kind, metadata }) => {
      if (kind === 'Job') setTimeout(() => finish(mesh, metadata.name, 'Complete'), 2_500);
    };
    const rewrites = [new Date(Date.now() - 120_000).toISOString()];
    const { watching } = startWatch({ mesh, gates: [smoke], hold: 30_000, rewrites });
    await expect(watching).resolves.toMatchObject({
      reporting: true,
      gates: [{ name: 'smoke', verdict: 'pass', samples: 1 }],
    });
  });

  it('does not keep others from failing while it holds the stage', async () => {
    const mesh = new JobMesh(null);
    mesh.proxy('gateway', (asked) => answersOf('v3', { '200': 100, '500': asked < 6 ? 0 : 20 * asked }));
    const weights = { reviews: { v3: 100 } };
    const { watching } = startWatch({ mesh, gates: [smoke, errors], hold: 250, weights });
    await expect(watching).resolves.toMatchObject({
      verdict: 'fail',
      gates: [{ verdict: 'inconclusive' }, { verdict: 'fail' }],
    });
  });

  it('ends with the watch', async () => {
    const mesh = new JobMesh(null);
    const { watching, environment } = startWatch({ mesh, gates: [smoke], hold: null });
    const outcome = outcomeOf(watching);
    setTimeout(() => environment.cancel(), 100);
    await expect(outcome).resolves.toBe('returned');
  });

  it('runs it once a stage', async () => {
    const { watching } = startWatch({ mesh: new JobMesh('Complete'), gates: [smoke], hold: 100 });
    const { evidence } = await watching;
    const details = { evidence, drifts: [], drifted: false, podFailure: null, stage: 'half', requests: null };
    for (const change of [{ details }, { earlier: evidence }]) {
      const mesh = new JobMesh('Failed');
      await expect(
        startWatch({ mesh, gates: [smoke], hold: 100, ...change }).watching,
      ).resolves.toMatchObject({
        verdict: 'pass',
        gates: [{ samples: 1 }],
      });
      expect(mesh.made).toEqual([]);
    }
  });
});
