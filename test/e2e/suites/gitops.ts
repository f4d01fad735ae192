/** Routes that a tool keeps as Git has them, which writes as Argo CD and Flux do. */
import { expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RolloutStatus } from '../../../domain/rollout.ts';
import { canary, Rollout } from '../fixtures/rollout.ts';
import { argoCd, flux, git, type Tool } from '../fixtures/gitops-tools.ts';
import { Routes } from '../fixtures/routes.ts';
import type { LoadedMesh } from './canary.ts';

const context = 'sluice-lab';
const id = `rollout/${context}/default/reviews`;
const stages = [{ reviews: { v1: 90, v2: 10 } }, { reviews: { v1: 50, v2: 50 } }];

/** @param on the mesh, once it is up */
export function gitOps(on: () => LoadedMesh): void {
  async function start(hold: string): Promise<Rollout> {
    const { lab } = on();
    return await Rollout.start(lab, await canary(lab, context, stages, 'reviews', { gates: [], hold }), id);
  }

  const driftsOf = ({ stages: [first] }: Pick<RolloutStatus, 'stages'>) => first?.drifts ?? [];

  it.each<[string, Tool]>([
    ['Argo CD (Application shop)', argoCd({ serverSide: false, ignores: false })],
    ['Argo CD (Application shop)', argoCd({ serverSide: true, ignores: false })],
    ['Flux (Kustomization flux-system/apps)', flux({ ifNotPresent: false })],
  ])(
    '%s that heals itself pauses the rollout after three rewrites, and is named with its remedy',
    async (name, tool) => {
      const { lab } = on();
      const routes = await Routes.of(lab);
      await routes.remove('reviews');
      await tool.sync(routes);
      const rollout = await start('10m');
      await rollout.holding('stage-1');
      const healing = tool.heal(routes);
      try {
        const status = await rollout.until('paused', ({ phase }) => phase === 'Paused', 60_000);
        expect(driftsOf(status).map(({ keeper }) => keeper?.name)).toEqual([name, name, name]);
        expect(status.paused?.reason).toContain(
          `${name} changed VirtualService default/reviews 3 times: give the`,
        );
        expect(status.warnings).toContainEqual(expect.stringContaining(`is kept by ${name}`));
        // The tool has the last word, and nobody writes over it.
        const healed = await routes.settled('reviews', 3_000);
        expect(healed.spec.http).toEqual(git.http);
        await sleep(6_000);
        expect((await routes.read('reviews'))?.metadata.resourceVersion).toBe(
          healed.metadata.resourceVersion,
        );
      } finally {
        await lab.sluice('abort', id, '--reason', 'seen enough');
        await rollout.end();
        await healing.stop();
      }
    },
  );

  it.each<[string, Tool]>([
    ['Argo CD that ignores the routes, client-side', argoCd({ serverSide: false, ignores: true })],
    ['Argo CD that ignores the routes, server-side', argoCd({ serverSide: true, ignores: true })],
    ['Flux that applies if not present', flux({ ifNotPresent: true })],
  ])('%s leaves the weights to the rollout', async (_name, tool) => {
    const { lab, load } = on();
    const routes = await Routes.of(lab);
    await routes.remove('reviews');
    await tool.sync(routes);
    const healing = tool.heal(routes);
    const rollout = await start('5s');
    const { result } = await rollout.end();
    await healing.stop();
    expect(healing.syncs()).toBeGreaterThan(5);
    expect(result.outcome).toBe('Promoted');
    expect(result.stages.flatMap(({ drifts }) => drifts)).toEqual([]);
    const [, half] = result.stages;
    const seen = load.counts(Date.parse(half?.observedAt ?? ''), Date.parse(half?.endedAt ?? ''));
    expect(seen.byVersion.v2).toBeGreaterThan(seen.requests / 4);
  });
}
