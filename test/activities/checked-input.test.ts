import { describe, expect, it } from '@jest/globals';
import { createActivities } from '../../activities/index.ts';
import { teardownProblems } from '../../domain/input.ts';
import { asActivity } from './support/activity.ts';
import { depsWith } from './support/deps.ts';
import { FakeCluster } from './support/fake-cluster.ts';
import { fakeProgram } from './support/fake-program.ts';
import { connection, deployment } from './support/objects.ts';

const eks = { ...connection, provider: 'eks', context: null, kubeconfig: null };
const objects = [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', namespace: 'shop' }];
const created = { cluster: false, mesh: false, namespaceLabel: false, objects };
const teardown = { connection, namespace: 'shop', created };
const long = 'x'.repeat(100_000);

/** What somebody may write who starts a teardown by hand. */
const forgedConnections: readonly (readonly [unknown, string])[] = [
  [null, 'connection: nothing is given'],
  ['lab', 'connection: "lab" is not a connection'],
  [{}, 'connection.provider: missing'],
  [{ ...connection, provider: 'gke' }, 'connection.provider: "gke" is not one of lab, kubeconfig, eks'],
  [{ ...connection, istio: { istioctl: '/tmp/evil', set: [] } }, 'unknown field "istioctl"'],
  [{ ...connection, istio: { set: [], addOns: '/etc' } }, 'unknown field "addOns"'],
  [{ ...connection, istio: { set: ['--filename=/etc/passwd'] } }, 'connection.istio.set[0]'],
  [{ ...connection, name: 'a\nb' }, 'connection.name'],
  [{ ...connection, name: long }, 'connection.name'],
  [{ ...connection, provider: 'lab', name: '--force' }, 'connection.name: is no name of a cluster of lab'],
  [{ ...eks, name: 'x', eks: { region: 'evil.example/', profile: null } }, 'connection.eks.region'],
  [{ ...eks, name: '../x', eks: { region: 'eu-west-1', profile: null } }, 'connection.name'],
  [eks, 'connection.eks: is for clusters of eks'],
  [{ ...connection, prometheus: 'http://me:secret@example' }, 'must not hold a user name or password'],
  [{ ...connection, prometheus: 'file:///etc/passwd' }, 'connection.prometheus'],
];

const forgedObjects: readonly (readonly [unknown, string])[] = [
  ['all', 'objects: "all" is not a list of at most 10000 objects'],
  [[{ ...objects[0], name: '../../secrets/x' }], 'objects[0].name'],
  [[{ ...objects[0], name: '..' }], 'objects[0].name'],
  [[{ ...objects[0], namespace: 'shop/pods' }], 'objects[0].namespace'],
  [[{ ...objects[0], apiVersion: 'apps/v1/../../api/v1' }], 'objects[0].apiVersion'],
  [[{ ...objects[0], apiVersion: 'v1?x=' }], 'objects[0].apiVersion'],
  [[null], 'objects[0]: nothing is given'],
];

async function activitiesOn(client: FakeCluster) {
  const lab = await fakeProgram("record(args.join(' '))");
  const deps = depsWith(() => client, [lab.path]);
  return { lab, activities: createActivities({ ...deps, draining: new AbortController().signal }) };
}

describe('an activity that is given what it does not take', () => {
  it.each(forgedConnections)('does nothing on the connection %j', async (forged, problem) => {
    const client = new FakeCluster(deployment('web', 'shop'));
    const { lab, activities } = await activitiesOn(client);
    const given = forged as typeof connection;
    for (const run of [
      () => activities.deleteCluster({ connection: given }),
      () => activities.uninstallMesh({ connection: given, revisions: ['default'] }),
      () => activities.removeObjects({ connection: given, objects }),
    ])
      await expect(asActivity<unknown>(run)).rejects.toMatchObject({
        type: 'InvalidInput',
        nonRetryable: true,
        message: expect.stringContaining(problem),
      });
    expect(client.log).toEqual([]);
    await expect(lab.recorded()).resolves.toEqual([]);
    await lab.remove();
  });

  it.each(forgedObjects)('does nothing about the objects %j', async (forged, problem) => {
    const client = new FakeCluster();
    const { lab, activities } = await activitiesOn(client);
    const removing = asActivity(() =>
      activities.removeObjects({ connection, objects: forged as typeof objects }),
    );
    await expect(removing).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining(problem),
    });
    expect(client.log).toEqual([]);
    await lab.remove();
  });

  it.each([
    [{ provider: 'lab', name: '--x' }, 'cluster.name'],
    [{ provider: 'kubeconfig', path: 5, context: null }, 'cluster.path'],
    [{ provider: 'eks', name: 'a', region: '169.254.169.254/', existing: true }, 'cluster.region'],
    [{ provider: 'exec', command: 'sh' }, 'cluster.provider'],
    [undefined, 'cluster'],
    ['lab', 'cluster'],
  ])('plans and makes no cluster of %j', async (forged, place) => {
    const { lab, activities } = await activitiesOn(new FakeCluster());
    const cluster = forged as { provider: 'lab'; name: string };
    for (const run of [
      () => activities.planCluster({ cluster }),
      () => activities.ensureCluster({ cluster }),
      () => activities.abandonCluster({ cluster }),
    ])
      await expect(asActivity<unknown>(run)).rejects.toMatchObject({
        type: 'InvalidInput',
        message: expect.stringContaining(place),
      });
    await expect(lab.recorded()).resolves.toEqual([]);
    await lab.remove();
  });

  it.each([undefined, null, 'x', 5])('fails on %j', async (input) => {
    const { lab, activities } = await activitiesOn(new FakeCluster());
    const removing = asActivity(() => activities.removeObjects(input as never));
    await expect(removing).rejects.toMatchObject({ type: 'InvalidInput' });
    await lab.remove();
  });
});

describe('an activity that is given what it takes', () => {
  it('runs', async () => {
    const { lab, activities } = await activitiesOn(new FakeCluster());
    await expect(
      asActivity(() => activities.removeObjects({ connection, objects })),
    ).resolves.toBeUndefined();
    const cluster = { provider: 'lab', name: 'blue' } as const;
    await expect(asActivity(() => activities.planCluster({ cluster }))).resolves.toBeDefined();
    await lab.remove();
  });
});

describe('the input of a teardown', () => {
  it('is right as the client makes it', () => {
    expect(teardownProblems(teardown)).toEqual([]);
    const more = { revisions: ['default'], backends: objects, addons: objects, exposed: objects };
    const access = { eks: { region: 'eu-west-1', profile: null } };
    const large = { connection: { ...eks, ...access }, created: { ...created, ...more } };
    expect(teardownProblems({ ...teardown, ...large, releaseTraffic: true })).toEqual([]);
  });

  it.each<[unknown, string]>([
    [undefined, 'input: missing'],
    [[], 'input: an empty list'],
    [{ ...teardown, namespace: 'a/b' }, 'namespace: "a/b"'],
    [{ ...teardown, created: { ...created, cluster: 'yes' } }, 'created.cluster: "yes"'],
    [{ ...teardown, created: { ...created, revisions: ['--purge'] } }, 'created.revisions[0]: "--purge"'],
    [{ ...teardown, created: { ...created, mesh: undefined } }, 'created.mesh: missing'],
    [{ ...teardown, also: 1 }, 'also: unknown field "also"'],
  ])('is wrong as %j', (input, problem) => {
    expect(teardownProblems(input)).toContainEqual(expect.stringContaining(problem));
  });

  it('is wrong in few words, however much is wrong with it', () => {
    const many = Array.from({ length: 100_000 }, () => ({ kind: long.slice(0, 1_000) }));
    const problems = teardownProblems({ ...teardown, created: { ...created, objects: many } });
    expect(problems.join().length).toBeLessThan(2_000);
    expect(teardownProblems({ ...teardown, namespace: long }).join().length).toBeLessThan(500);
  });
});
