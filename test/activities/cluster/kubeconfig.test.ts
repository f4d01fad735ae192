import { afterEach, describe, expect, it } from '@jest/globals';
import { createClusterActivities } from '../../../activities/cluster/index.ts';
import { clientFor } from '../../../activities/kubernetes/index.ts';
import { asActivity } from '../support/activity.ts';
import { depsWith } from '../support/deps.ts';
import { startApiServer, statusBody, type Answer } from '../support/api-server.ts';
import { connection } from '../support/objects.ts';

let server: Awaited<ReturnType<typeof startApiServer>> | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

const activities = createClusterActivities(depsWith(clientFor));

async function ensure(answer: Answer, context: string | null = null) {
  server = await startApiServer(answer);
  const cluster = { provider: 'kubeconfig', path: server.kubeconfig, context } as const;
  return asActivity(() => activities.ensureCluster({ cluster }));
}

const version: Answer = () => ({ code: 200, body: { gitVersion: 'v1.36.3' } });

describe('a cluster of a kubeconfig', () => {
  it('is connected by path and the context that counts now, and never created', async () => {
    const found = await ensure(version);
    expect(found).toEqual({
      provider: 'kubeconfig',
      name: 'test',
      kubeconfig: server?.kubeconfig,
      context: 'test',
      created: false,
      prometheus: null,
      istio: null,
    });
    expect(server?.received.map(({ path }) => path)).toEqual(['/version']);
  });

  it('by a context that is not there is no target', async () => {
    await expect(ensure(version, 'blue')).rejects.toMatchObject({
      type: 'InvalidTarget',
      message: expect.stringContaining('it has test, other'),
    });
  });

  it('that refuses the credentials says so', async () => {
    const refuse: Answer = () => ({ code: 401, body: statusBody('Unauthorized', 'Unauthorized') });
    await expect(ensure(refuse)).rejects.toMatchObject({ type: 'AccessDenied', nonRetryable: true });
  });

  it('is never deleted', async () => {
    await expect(asActivity(() => activities.deleteCluster({ connection }))).rejects.toThrow(
      "not Sluice's to delete",
    );
  });
});
