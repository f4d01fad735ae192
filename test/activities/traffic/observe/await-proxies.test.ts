import { describe, expect, it } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/activity';
import type { Pod } from '../../../../activities/kubernetes/index.ts';
import { awaitProxies } from '../../../../activities/traffic/observe/await-proxies.ts';
import { asActivity } from '../../support/activity.ts';
import { pod } from '../../support/objects.ts';
import { FakeMesh } from '../fake-mesh.ts';

const hasIt = [{ route: 'new' }];
const hasOld = [{ route: 'old' }];
const knowsNothing: unknown[] = [];
const silent = ApplicationFailure.retryable('cannot reach it');
const denied = ApplicationFailure.nonRetryable('pods/exec is forbidden', 'AccessDenied');

const wait = {
  what: 'reviews v1 90',
  timeout: 700,
  delay: 0,
  query: 'resource=dynamic_route_configs',
  lackOf: (dump: readonly unknown[]) => (JSON.stringify(dump).includes('old') ? 'has reviews v1 100' : null),
  concerns: (dump: readonly unknown[]) => dump.length > 0,
};

type Answer = unknown[] | Error;

const notReady = { conditions: [{ type: 'Ready', status: 'False' }] } as const;
const running = pod('app', 'default').status ?? {};

/** Waits in a mesh of proxies with these answers, and tells how long it took. */
async function observe(mesh: FakeMesh, change: Partial<typeof wait> = {}) {
  const began = performance.now();
  const warnings = await asActivity(() => awaitProxies(mesh, { ...wait, ...change }));
  return { warnings, took: performance.now() - began };
}

function meshOf(answers: Readonly<Record<string, Answer>>): FakeMesh {
  const mesh = new FakeMesh();
  for (const [app, answer] of Object.entries(answers)) mesh.proxy(app, () => answer);
  return mesh;
}

/** Changes a proxy's pod; `deletionTimestamp` is of its metadata. */
function change(
  mesh: FakeMesh,
  app: string,
  { deletionTimestamp, ...rest }: Partial<Pick<Pod, 'spec' | 'status'>> & { deletionTimestamp?: string },
): void {
  const made = { ...pod(app, 'default'), ...rest };
  const leaving = deletionTimestamp === undefined ? {} : { deletionTimestamp };
  mesh.put({ ...made, metadata: { ...made.metadata, uid: `uid of ${app}`, ...leaving } });
}

describe('proxies that cannot be asked', () => {
  it('of pods that terminate or are not ready keep nothing waiting, and are named', async () => {
    const mesh = meshOf({ web: hasIt, leaving: silent, lost: silent });
    change(mesh, 'leaving', { deletionTimestamp: '2026-11-27T00:00:00Z' });
    change(mesh, 'lost', {
      spec: { ...pod('a', 'b').spec, nodeName: 'node-7' },
      status: { ...running, ...notReady },
    });
    const { warnings, took } = await observe(mesh, { timeout: 60_000 });
    expect(warnings).toEqual([
      'reviews v1 90: written, not confirmed by default/leaving-abc (terminating): cannot reach it; ' +
        'default/lost-abc (not ready on node node-7): cannot reach it',
    ]);
    expect(took).toBeLessThan(10_000);
  });

  it('of ready pods are waited for until the deadline, and named then', async () => {
    const { warnings, took } = await observe(meshOf({ web: hasIt, hung: silent }));
    expect(warnings).toEqual(['reviews v1 90: written, not confirmed by default/hung-abc: cannot reach it']);
    expect(took).toBeGreaterThanOrEqual(700);
    expect(took).toBeLessThan(5_000);
  });

  it('may be all that there are: then nobody has seen it', async () => {
    await expect(observe(meshOf({ hung: silent }))).rejects.toMatchObject({
      type: 'DeadlineExceeded',
      nonRetryable: true,
      message:
        'after 700ms, no proxy has confirmed reviews v1 90: 1 of 1 proxies do not tell: default/hung-abc: cannot reach it',
    });
  });

  it('for a right that is missing in their namespace are named at once', async () => {
    const { warnings, took } = await observe(meshOf({ web: hasIt, foreign: denied }), { timeout: 60_000 });
    expect(warnings).toEqual([
      'reviews v1 90: written, not confirmed by default/foreign-abc: pods/exec is forbidden',
    ]);
    expect(took).toBeLessThan(10_000);
  });

  it('for a right that is missing everywhere end the wait at once', async () => {
    await expect(observe(meshOf({ web: denied }), { timeout: 60_000 })).rejects.toBe(denied);
  });
});

describe('pods without an Envoy', () => {
  const container = (extra: object) => ({ containers: [{ name: 'istio-proxy', ...extra }] });

  it('are passed over where they are ztunnels, and named where they are proxyless gRPC', async () => {
    const mesh = meshOf({ web: hasIt, ztunnel: silent, grpc: silent });
    change(mesh, 'ztunnel', { spec: container({ args: ['proxy', 'ztunnel'] }) });
    change(mesh, 'grpc', { spec: container({ env: [{ name: 'ISTIO_META_GENERATOR', value: 'grpc' }] }) });
    const { warnings } = await observe(mesh);
    expect(warnings).toEqual([
      'reviews v1 90: written, not confirmed by default/grpc-abc: proxyless gRPC, it has no Envoy to ask',
    ]);
    expect(mesh.log.filter((line) => line.startsWith('exec'))).toHaveLength(1);
  });
});

describe('what proxies answer', () => {
  it('is the old routes until the deadline: the wait fails, and ends when it says', async () => {
    const began = performance.now();
    await expect(observe(meshOf({ web: hasIt, late: hasOld }))).rejects.toMatchObject({
      type: 'DeadlineExceeded',
      message: expect.stringContaining(
        '1 of 2 proxies do not have reviews v1 90 yet: default/late-abc: has reviews v1 100',
      ),
    });
    expect(performance.now() - began).toBeGreaterThanOrEqual(699);
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it('is the old routes by a pod that terminates: it is named', async () => {
    const mesh = meshOf({ web: hasIt, leaving: hasOld });
    change(mesh, 'leaving', { deletionTimestamp: '2026-11-27T00:00:00Z' });
    const { warnings } = await observe(mesh);
    expect(warnings).toEqual([
      'reviews v1 90: written, not confirmed by default/leaving-abc (terminating): has reviews v1 100',
    ]);
  });

  it('is nothing of the services: they are asked again until one of them knows them', async () => {
    const mesh = new FakeMesh();
    mesh.proxy('idle', () => knowsNothing);
    mesh.proxy('web', (asked) => (asked < 2 ? knowsNothing : hasIt));
    expect((await observe(mesh, { timeout: 60_000 })).warnings).toEqual([]);
  });

  it('is nothing of the services by any of them: nobody has confirmed', async () => {
    await expect(observe(meshOf({ idle: knowsNothing }))).rejects.toThrow(
      'no proxy has confirmed reviews v1 90: 1 proxies run, and none can send to the service',
    );
  });

  it('comes after a pod was found to be on its way, which a wait learns while it lasts', async () => {
    const mesh = new FakeMesh();
    mesh.proxy('web', () => hasIt);
    mesh.proxy('leaving', () => {
      change(mesh, 'leaving', { deletionTimestamp: '2026-11-27T00:00:00Z' });
      return silent;
    });
    const { warnings, took } = await observe(mesh, { timeout: 60_000 });
    expect(warnings).toHaveLength(1);
    expect(took).toBeLessThan(10_000);
  });
});
