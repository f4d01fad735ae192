import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { workerEnds } from '../../bench/rollouts/scenarios/worker-ends.ts';
import { Stand } from '../../bench/rollouts/stand.ts';
import { surround } from '../../bench/rollouts/surround.ts';
import { createEnvironment, type LabEnvironment } from './fixtures/environment.ts';

jest.setTimeout(45 * 60_000);

describe('one of two workers that ends while ten rollouts hold', () => {
  const stopped = new AbortController();
  let environment: LabEnvironment;
  let stand: Stand;

  beforeAll(async () => {
    environment = await createEnvironment();
    surround(environment.stateHome);
    process.env.SLUICE_TEMPORAL_PORT = environment.env.SLUICE_TEMPORAL_PORT;
    stand = await Stand.up({ name: 'workers', keep: false, signal: stopped.signal });
  });

  afterAll(async () => {
    stopped.abort();
    await stand.down();
    await environment.remove();
  });

  it.each([
    { variant: 'SIGTERM', code: 0, upgraded: null },
    { variant: 'SIGKILL', code: null, upgraded: null },
    { variant: 'upgrade', code: 0, upgraded: 10 },
  ])('by $variant is noticed by none of them', async ({ variant, code, upgraded }) => {
    const { outcome, reason, figures } = await workerEnds.run(stand, variant, workerEnds.settings);
    await stand.clear();
    expect({ outcome, reason }).toEqual({ outcome: 'Promoted', reason: '' });
    expect(figures).toMatchObject({ 'exit code': code, 'bad samples': 0, 'on the new build': upgraded });
    expect(figures['least over hold ms']).toBeGreaterThanOrEqual(0);
    // Neither shortened nor repeated, and not unwatched.
    expect(figures['most over hold ms']).toBeLessThan(workerEnds.settings.hold);
    expect(figures['most missed ms']).toBeLessThan(workerEnds.settings.hold);
  });
});
