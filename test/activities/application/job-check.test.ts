import { describe, expect, it } from '@jest/globals';
import { createApplicationActivities } from '../../../activities/application/index.ts';
import type { Job } from '../../../activities/jobs/manifest.ts';
import type { KubeObject } from '../../../activities/kubernetes/index.ts';
import type { JobCheckSpec } from '../../../domain/spec/application.ts';
import { ended, jobPod } from '../jobs/fixtures.ts';
import { asActivity } from '../support/activity.ts';
import { FakeCluster } from '../support/fake-cluster.ts';
import { connection } from '../support/objects.ts';

const check: JobCheckSpec = {
  kind: 'job',
  name: 'migrated',
  image: 'registry.example/checks:1.2',
  command: [],
  env: {},
  serviceAccount: null,
  timeout: 60_000,
};

/** A cluster in which a Job has ended as soon as it is there. */
class EndingCluster extends FakeCluster {
  readonly end: 'Complete' | 'Failed';

  constructor(end: 'Complete' | 'Failed') {
    super();
    this.end = end;
  }

  override async apply<T extends KubeObject>(object: T): Promise<T> {
    const { name } = object.metadata;
    this.put(jobPod(name, { terminated: { exitCode: this.end === 'Failed' ? 4 : 0, message: 'no table' } }));
    const status: Job['status'] = ended(this.end);
    return await super.apply({ ...object, status });
  }
}

function run(end: 'Complete' | 'Failed') {
  const client = new EndingCluster(end);
  const { checkFromPod } = createApplicationActivities({ clients: () => client });
  const checks = [check, { ...check, name: 'counted' }];
  return { client, made: asActivity(() => checkFromPod({ connection, namespace: 'shop', checks })) };
}

describe('a job check', () => {
  it('passes when its Job completes, which is removed then', async () => {
    const { client, made } = run('Complete');
    await expect(made).resolves.toBeUndefined();
    expect(client.log.filter((line) => line.startsWith('apply Job/shop/sluice-migrated-'))).toHaveLength(1);
    expect([...client.objects.values()].filter(({ kind }) => kind === 'Job')).toEqual([]);
  });

  it('fails for good when it does not, and tells of every check that failed', async () => {
    await expect(run('Failed').made).rejects.toMatchObject({
      type: 'CheckFailed',
      nonRetryable: true,
      message: expect.stringMatching(
        /^check migrated: Job shop\/sluice-migrated-\w+ failed: exit code 4, "no table"; check counted: Job .* failed: exit code 4, "no table"$/,
      ),
    });
  });
});
