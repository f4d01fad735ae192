import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createMeshActivities } from '../../../activities/mesh/index.ts';
import { createdByAnnotation, type KubeObject } from '../../../activities/kubernetes/index.ts';
import type { ObjectRef } from '../../../domain/rollout.ts';
import type { AddonsSpec } from '../../../domain/spec/document.ts';
import { activityEnvironment, asActivity } from '../support/activity.ts';
import { FakeCluster } from '../support/fake-cluster.ts';
import { fakeIstioctl } from '../support/fake-program.ts';
import { connection, deployment, releasesWith, warning } from '../support/objects.ts';

/** As the release's own, in little: what counts are kinds, names and types. */
const kiali = `
apiVersion: v1
kind: ServiceAccount
metadata: { name: kiali, namespace: istio-system }
---
# Source: kiali-server/templates/empty.yaml
---
apiVersion: v1
kind: Service
metadata: { name: kiali, namespace: istio-system }
spec: { ports: [{ port: 20001 }], selector: { app: kiali } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: kiali, namespace: istio-system }
spec: { replicas: 1 }
`;
const jaeger = kiali
  .replaceAll('kiali', 'jaeger')
  .replace(
    'name: jaeger, namespace: istio-system }\nspec: { ports',
    'name: tracing, namespace: istio-system }\nspec: { ports',
  );

let directory = '';
let istioctl: Awaited<ReturnType<typeof fakeIstioctl>>;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-test-'));
  istioctl = await fakeIstioctl('');
  await writeFile(join(directory, 'kiali.yaml'), kiali);
  await writeFile(join(directory, 'jaeger.yaml'), jaeger);
});

afterEach(async () => {
  await rm(directory, { recursive: true });
  await istioctl.remove();
});

function activitiesOn(client: FakeCluster, addOns: string | null = directory) {
  return createMeshActivities({ clients: () => client, istio: releasesWith(istioctl.path, addOns) });
}

function apply(client: FakeCluster, addons: AddonsSpec, runId?: string) {
  const on = activitiesOn(client);
  return asActivity(() => on.applyAddons({ connection, addons }), runId);
}

function remove(client: FakeCluster, made: { created: readonly ObjectRef[]; exposed: readonly ObjectRef[] }) {
  const on = activitiesOn(client);
  const { created: objects, exposed } = made;
  return asActivity(() => on.removeAddons({ connection, objects, exposed }));
}

/** The addresses, or what the wait for them still misses. */
function awaitAll(client: FakeCluster, addons: AddonsSpec, namespace = 'default'): Promise<unknown> {
  const on = activitiesOn(client);
  const { environment, heartbeats } = activityEnvironment();
  setTimeout(() => environment.cancel(), 1_200).unref();
  return environment
    .run(() => on.awaitAddons({ connection, addons, namespace }))
    .catch(() => heartbeats.at(-1));
}

function service(name: string, ingress: object[], fields: Partial<KubeObject['metadata']> = {}): KubeObject {
  const metadata = { name, namespace: 'istio-system', ...fields };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { type: 'LoadBalancer' },
    status: { loadBalancer: { ingress } },
  } as KubeObject;
}

const typeOf = (client: FakeCluster, name: string) =>
  (client.objects.get(`Service/istio-system/${name}`)?.spec as { type?: string } | undefined)?.type;

const onlyKiali: AddonsSpec = { install: ['kiali'], expose: [] };

describe('applying add-ons', () => {
  it("applies the release's objects, lists them as made, in whichever attempt", async () => {
    const client = new FakeCluster();
    const { created, exposed } = await apply(client, onlyKiali);
    expect(created.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'ServiceAccount kiali',
      'Service kiali',
      'Deployment kiali',
    ]);
    expect(exposed).toEqual([]);
    expect(typeOf(client, 'kiali')).toBeUndefined();
    await expect(apply(client, onlyKiali)).resolves.toEqual({ created, exposed });
  });

  it('makes a LoadBalancer of the Service by which people reach an exposed one, and of no other', async () => {
    const client = new FakeCluster();
    await apply(client, { install: ['kiali', 'jaeger'], expose: ['jaeger'] });
    expect(typeOf(client, 'tracing')).toBe('LoadBalancer');
    expect(typeOf(client, 'kiali')).toBeUndefined();
  });

  it('leaves one alone that was there, and that of an earlier run', async () => {
    const client = new FakeCluster(deployment('kiali', 'istio-system'));
    await expect(apply(client, onlyKiali)).resolves.toEqual({ created: [], exposed: [] });
    expect(client.log).toEqual([]);
    const other = new FakeCluster();
    await apply(other, onlyKiali, 'run-1');
    await expect(apply(other, onlyKiali, 'run-2')).resolves.toEqual({ created: [], exposed: [] });
  });

  it('goes on where a lost attempt ended', async () => {
    const client = new FakeCluster();
    const { created } = await apply(client, onlyKiali);
    client.objects.delete('Deployment/istio-system/kiali');
    await expect(apply(client, onlyKiali)).resolves.toMatchObject({ created });
  });

  it('says which manifest a release lacks', async () => {
    await expect(apply(new FakeCluster(), { install: ['grafana'], expose: [] })).rejects.toMatchObject({
      type: 'ToolMissing',
      message: expect.stringMatching(
        /^the manifest of the add-on, .*grafana\.yaml, cannot be used: .*ENOENT/,
      ),
    });
  });

  it('says where the release has none at all', async () => {
    const on = activitiesOn(new FakeCluster(), null);
    await expect(asActivity(() => on.applyAddons({ connection, addons: onlyKiali }))).rejects.toThrow(
      /manifests of the add-ons .* of Istio 1\.31\.0 are not to be had: .* is 1\.31\.0 and has no manifests/,
    );
  });
});

describe('an add-on that was there', () => {
  const exposed: AddonsSpec = { install: ['kiali'], expose: ['kiali'] };
  const present = (type: string) =>
    new FakeCluster(deployment('kiali', 'istio-system'), {
      ...service('kiali', []),
      spec: { type },
    } as KubeObject);

  it('is opened by its Service, once, and closed again', async () => {
    const client = present('ClusterIP');
    const made = await apply(client, exposed);
    expect(made).toMatchObject({ created: [], exposed: [{ kind: 'Service', name: 'kiali' }] });
    expect(typeOf(client, 'kiali')).toBe('LoadBalancer');
    await expect(apply(client, exposed)).resolves.toEqual(made);
    await remove(client, made);
    expect(typeOf(client, 'kiali')).toBe('ClusterIP');
    expect(client.objects.get('Service/istio-system/kiali')?.metadata.annotations).toEqual({});
    expect(client.objects.has('Deployment/istio-system/kiali')).toBe(true);
  });

  it('stays open where it was', async () => {
    await expect(apply(present('LoadBalancer'), exposed)).resolves.toEqual({ created: [], exposed: [] });
  });

  it('of an earlier run, which that run opened, is not this one to close', async () => {
    const client = present('NodePort');
    await apply(client, exposed, 'run-1');
    await expect(apply(client, exposed, 'run-2')).resolves.toEqual({ created: [], exposed: [] });
  });

  it('without a Service cannot be opened', async () => {
    const client = new FakeCluster(deployment('kiali', 'istio-system'));
    await expect(apply(client, exposed)).rejects.toMatchObject({
      type: 'InvalidTarget',
      message: 'there is no Service istio-system/kiali to expose, though Deployment kiali is there',
    });
  });
});

describe('removing add-ons', () => {
  it('leaves nothing of what the run made, and may be done again', async () => {
    const client = new FakeCluster();
    const made = await apply(client, onlyKiali);
    expect(client.objects.get('Deployment/istio-system/kiali')?.metadata.annotations).toHaveProperty([
      createdByAnnotation,
    ]);
    await remove(client, made);
    expect([...client.objects.keys()]).toEqual([]);
    await expect(remove(client, made)).resolves.toBeUndefined();
  });
});

describe('an apply of add-ons that did not end', () => {
  const abandon = (client: FakeCluster, runId?: string) => {
    const on = activitiesOn(client);
    const addons: AddonsSpec = { install: ['kiali', 'jaeger'], expose: ['kiali'] };
    return asActivity(() => on.abandonAddons({ connection, addons }), runId);
  };

  it('is taken back as far as it came, by the run that began it', async () => {
    const client = new FakeCluster();
    await apply(client, onlyKiali);
    await expect(abandon(client, 'run-2')).resolves.toEqual([]);
    expect(client.objects.size).toBe(3);
    await expect(abandon(client)).resolves.toEqual([
      'ServiceAccount istio-system/kiali',
      'Service istio-system/kiali',
      'Deployment istio-system/kiali',
    ]);
    expect(client.objects.size).toBe(0);
  });

  it('closes what it opened of an add-on that was there', async () => {
    const there = { ...service('kiali', []), spec: { type: 'ClusterIP' } } as KubeObject;
    const client = new FakeCluster(deployment('kiali', 'istio-system'), there);
    await apply(client, { install: ['kiali'], expose: ['kiali'] });
    await expect(abandon(client)).resolves.toEqual(['exposure of Service istio-system/kiali']);
    expect(typeOf(client, 'kiali')).toBe('ClusterIP');
    await expect(abandon(client)).resolves.toEqual([]);
  });
});

describe('waiting for add-ons', () => {
  const spec: AddonsSpec = { install: ['kiali', 'jaeger'], expose: ['kiali', 'jaeger'] };
  const ready = [deployment('kiali', 'istio-system'), deployment('jaeger', 'istio-system')];

  it('gives the addresses, that of Kiali at the graph of the namespace', async () => {
    const services = [
      service('kiali', [{ hostname: 'abc.elb.example' }]),
      service('tracing', [{ ip: '2001:db8::7' }]),
    ];
    await expect(awaitAll(new FakeCluster(...ready, ...services), spec, 'shop')).resolves.toEqual({
      addresses: {
        kiali: 'http://abc.elb.example:20001/kiali/console/graph/namespaces?namespaces=shop',
        jaeger: 'http://[2001:db8::7]/jaeger/search',
      },
    });
  });

  it('needs no address of one that is not exposed', async () => {
    await expect(awaitAll(new FakeCluster(...ready), { ...spec, expose: [] })).resolves.toEqual({
      addresses: {},
    });
  });

  it('says which Deployment is not Available', async () => {
    const starting = deployment('kiali', 'istio-system', { availableReplicas: 0 });
    await expect(
      awaitAll(new FakeCluster(starting), { install: ['kiali', 'jaeger'], expose: [] }),
    ).resolves.toBe(
      'Deployment istio-system/kiali: 0 of 1 pods are available; there is no Deployment istio-system/jaeger',
    );
  });

  it("says why a load balancer has no address, by Kubernetes' own events", async () => {
    const about = { kind: 'Service', name: 'kiali', namespace: 'istio-system' };
    const message = 'Error syncing load balancer:\n no subnets found';
    const events = ['10:00', '10:01', '10:02'].map((time) =>
      warning(about, 'SyncLoadBalancerFailed', message, `2026-11-24T${time}:00Z`),
    );
    const client = new FakeCluster(...ready, service('kiali', []), ...events);
    await expect(awaitAll(client, { install: ['kiali'], expose: ['kiali'] })).resolves.toBe(
      'Service istio-system/kiali has no address yet, SyncLoadBalancerFailed: Error syncing load balancer: no subnets found',
    );
  });
});
