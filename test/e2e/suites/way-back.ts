/** Every way back, on a mesh that other tests use too: nobody meets the failed version afterwards. */
import { expect, it } from '@jest/globals';
import { requestsSince } from '../fixtures/requests-since.ts';
import { canary, Rollout } from '../fixtures/rollout.ts';
import { Routes, to } from '../fixtures/routes.ts';
import type { LoadedMesh } from './canary.ts';

const context = 'sluice-lab';
const id = `rollout/${context}/default/reviews`;
const split = [{ reviews: { v1: 90, v2: 10 } }];
const inMesh = { hosts: ['reviews'] };
const whole = { destination: { host: 'reviews' } };
const byPath = (route: object) => ({ match: [{ uri: { prefix: '/reviews' } }], ...route });

/** @param on the mesh, once it is up */
export function waysBack(on: () => LoadedMesh): void {
  /** Begins to hold reviews at 90/10 for as long as it takes. */
  async function held(gates: readonly object[] = []): Promise<Rollout> {
    const { lab } = on();
    const rollout = await Rollout.start(
      lab,
      await canary(lab, context, split, 'reviews', { gates, hold: '10m' }),
      id,
    );
    await holdingOrOver(rollout);
    return rollout;
  }

  /** Nobody meets v2 from a moment on, and nobody fails. */
  async function expectStable({ load }: LoadedMesh, since: number): Promise<void> {
    await requestsSince(load, since, 250);
    const after = load.counts(since, Infinity);
    expect(after).toMatchObject({ failed: 0, byVersion: { v1: after.requests } });
  }

  /** A candidate that fails everybody is rolled back by its gate. */
  async function expectRolledBack(mesh: LoadedMesh): Promise<void> {
    const { lab } = mesh;
    const gates = [{ name: 'errors', errors: {} }];
    const rollout = await held(gates);
    await lab.fault('reviews-v2=error:1');
    const { result, endedAt } = await rollout.end();
    expect(result).toMatchObject({ outcome: 'RolledBack', weights: { reviews: { v1: 100 } } });
    await expectStable(mesh, endedAt);
    await lab.fault('reviews-v2=error:0');
  }

  it('a run that was terminated at 90/10 is told of, and one command takes its traffic back', async () => {
    const mesh = on();
    const { lab, load } = mesh;
    const routes = await Routes.of(lab);
    const before = await routes.read('reviews');
    const rollout = await held();
    await lab.temporal('workflow', 'terminate', '--workflow-id', id, '--reason', 'by hand');
    await rollout.end();
    const left = Date.now();
    await requestsSince(load, left, 250);
    expect(load.counts(left, Infinity).byVersion.v2).toBeGreaterThan(0);

    const { stderr } = await lab.sluice('status', id);
    expect(stderr).toContain('it put nothing back; the last weights it gave were reviews v1 90, v2 10');
    expect(stderr).toContain(`npx sluice restore ${id}`);
    const { exitCode, stdout } = await lab.sluice('restore', id);
    const restored = Date.now();
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'traffic is back: reviews v1 100' });
    await expectStable(mesh, restored);
    expect((await routes.read('reviews'))?.spec).toEqual(before?.spec);
    expect((await lab.sluice('status', id)).stderr).toContain(`restore/${id} has put its traffic back`);
  });

  it('routes by path alone, which led to all versions, go to the stable one', async () => {
    const mesh = on();
    const routes = await Routes.of(mesh.lab);
    await routes.apply('reviews', { ...inMesh, http: [byPath({ route: [whole] })] });
    await expectRolledBack(mesh);
    const { spec } = (await routes.read('reviews')) ?? {};
    expect(spec?.http).toEqual([byPath({ route: [to('v1', 100)] })]);
  });

  it('one object of three that cannot be put back is told, and the others are', async () => {
    const mesh = on();
    const routes = await Routes.of(mesh.lab);
    const atGateway = { hosts: ['books.example.com'], gateways: ['bookinfo-gateway'] };
    await routes.apply('reviews', { ...inMesh, http: [{ route: [to('v1', 100)] }] });
    await routes.apply('second', { ...atGateway, http: [{ route: [to('v1', 100)] }] });
    const rollout = await held();
    const toAll = { destination: { host: 'reviews', port: { number: 9080 } } };
    await routes.apply('unfit', { ...atGateway, tcp: [{ match: [{ port: 31400 }], route: [toAll] }] });
    const { result, endedAt } = await rollout.end();
    await routes.remove('unfit');
    expect(result.outcome).toBe('Failed');
    expect(result.reason).toContain(
      'traffic was put back, but not by all routes: VirtualService default/unfit (VirtualService default/unfit has a tcp route',
    );
    await expectStable(mesh, endedAt);
    expect((await routes.read('second'))?.spec.http).toEqual([{ route: [to('v1', 100)] }]);
    await routes.remove('second');
  });

  it('a VirtualService that is deleted during the hold is made again, and no teardown spreads its requests', async () => {
    const mesh = on();
    const { lab } = mesh;
    const routes = await Routes.of(lab);
    await routes.apply('reviews', { ...inMesh, http: [{ route: [to('v1', 100)] }] });
    const rollout = await held();
    await routes.remove('reviews');
    await rollout.until('told', ({ stages }) => stages[0]?.drifts.length === 1, 60_000);
    await rollout.until('held again', ({ step }) => step.startsWith('holding'), 60_000);
    await lab.sluice('abort', id, '--reason', 'seen enough');
    const { result, endedAt } = await rollout.end();
    expect(result).toMatchObject({ outcome: 'Aborted', weights: { reviews: { v1: 100 } } });
    await expectStable(mesh, endedAt);

    const from = Date.now();
    const { stdout } = await lab.sluice('teardown', id);
    expect(stdout).toContain('VirtualService default/reviews stays: without it requests to reviews');
    await expectStable(mesh, from);
  });
}

/** A rollout that ends before it holds fails its test at once, with its reason. */
async function holdingOrOver(rollout: Rollout): Promise<void> {
  const over = rollout.end().then(({ result }) => {
    throw new Error(`it never held: ${result.reason}`);
  });
  over.catch(() => undefined);
  await Promise.race([rollout.holding('stage-1'), over]);
}
