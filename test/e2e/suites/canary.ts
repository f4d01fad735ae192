/** Canaries by a kubeconfig, on a mesh that other tests use too; the last test takes it down. */
import { expect, it } from '@jest/globals';
import type { LoadRun } from '../../../lab/load/run.ts';
import type { Lab } from '../fixtures/lab.ts';
import { canary, Rollout } from '../fixtures/rollout.ts';
import { run } from '../fixtures/run.ts';

const context = 'sluice-lab';
const id = `rollout/${context}/default/reviews`;

/** A lab with Bookinfo, and load on it. */
export interface LoadedMesh {
  readonly lab: Lab;
  readonly load: LoadRun;
}

/** @param on the mesh, once it is up */
export function canaries(on: () => LoadedMesh): void {
  const half = { reviews: { v1: 50, v2: 50 } };
  const all = { reviews: { v2: 100 } };

  it('shifts one service through its stages by a kubeconfig', async () => {
    const { lab, load } = on();
    const spec = await canary(lab, context, [half, all]);
    const { exitCode, result } = await (await Rollout.start(lab, spec, id)).end();

    expect(result.outcome).toBe('Promoted');
    expect(exitCode).toBe(0);
    const { byVersion, failed } = load.counts(Date.parse(result.stages[1]?.observedAt ?? ''), Date.now());
    expect(Object.keys(byVersion)).toEqual(['v2']);
    expect(failed).toBe(0);
  });

  it('refuses a second rollout of a service while one is open, and says how to go on', async () => {
    const { lab } = on();
    const spec = await canary(lab, context, [half, all]);
    const first = await Rollout.start(lab, spec, id);
    await first.until('started', ({ phase }) => phase === 'Progressing');

    const second = await lab.sluice('start', spec);
    expect(second.exitCode).toBe(2);
    expect(second.stderr).toContain(id);
    expect(second.stderr).toMatch(/abort|watch/);

    await lab.sluice('abort', id, '--reason', 'done');
    expect((await first.end()).exitCode).toBe(4);
  });

  it('changes nothing for a service that does not exist, and names those that do', async () => {
    const { lab } = on();
    const spec = await canary(lab, context, [{ review: { v1: 100 } }], 'review');
    const { exitCode, stderr } = await lab.sluice('start', spec);

    expect(exitCode).toBe(2);
    expect(stderr).toContain('review');
    expect(stderr).toContain('reviews');
    expect(await lab.objects('VirtualService')).not.toContain('review');
    expect(await lab.objects('DestinationRule')).not.toContain('review');
  });

  it('removes on teardown what the rollout made', async () => {
    const { lab, load } = on();
    const whole = `rollout/${lab.name}/default/reviews`;
    expect(await lab.objects('VirtualService')).toContain('reviews');
    await load.stop();

    const { exitCode } = await lab.sluice('teardown', whole);

    expect(exitCode).toBe(0);
    // The rollout made the cluster too, and with it everything else.
    const { stdout } = await run('lab/main.ts', ['status', '--name', lab.name, '--output', 'json'], lab.env);
    expect(JSON.parse(stdout)).toMatchObject({ parts: [] });
  });
}
