import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { existsSync } from 'node:fs';
import { binomialInterval } from '../../lab/load/binomial.ts';
import type { DemoReport } from '../../lab/demo/report.ts';
import { listenersIn } from '../../lab/supervisor/listeners.ts';
import { createEnvironment } from './fixtures/environment.ts';
import type { LabEnvironment } from './fixtures/environment.ts';
import { processesNaming } from './fixtures/leftovers.ts';
import { run } from './fixtures/run.ts';

// A machine without the lab's tools builds them here first.
jest.setTimeout(45 * 60_000);

/** One run in ten thousand lies outside: the 99 % of the demo's own report would fail every fiftieth build. */
const confidence = 0.9999;

/** The lab's loopback block, by the address of its ingress: `127.77` of `http://127.77.200.1:8080/productpage`. */
function blockOf({ result }: DemoReport): string {
  const [block] = /127\.\d+/.exec(result.addresses.productpage ?? '') ?? [];
  if (block === undefined) throw new Error('the rollout told no address of productpage');
  return block;
}

describe('npm run demo', () => {
  let environment: LabEnvironment;

  beforeEach(async () => {
    environment = await createEnvironment();
  });

  afterEach(async () => {
    await environment.remove();
  });

  async function demo(...args: string[]): Promise<{ exitCode: number; report: DemoReport }> {
    const { exitCode, stdout } = await run(
      'lab/demo/main.ts',
      ['--name', 'demo', '--output', 'json', ...args],
      environment.env,
    );
    return { exitCode, report: JSON.parse(stdout) as DemoReport };
  }

  it('promotes a healthy v3 through the four stages, hurts nobody and leaves nothing', async () => {
    const { exitCode, report } = await demo();

    expect(report.result.outcome).toBe('Promoted');
    expect(exitCode).toBe(0);
    expect(report.result.stages.map(({ verdict }) => verdict)).toEqual(['pass', 'pass', 'pass', 'pass']);
    expect(report.failed).toBe(0);
    for (const { stage, requests, versions } of report.shares) {
      expect(requests).toBeGreaterThan(500);
      for (const { version, weight, requests: seen } of versions) {
        const [low, high] = binomialInterval(requests, weight / 100, confidence);
        expect({ stage, version, seen, low, high, within: seen >= low && seen <= high }).toMatchObject({
          within: true,
        });
      }
    }
    expect(Object.keys(report.after.byVersion)).toEqual(['v3']);
    expect(await processesNaming(environment.stateHome)).toEqual([]);
    expect(listenersIn(blockOf(report))).toEqual([]);
    expect(existsSync(`${environment.stateHome}/sluice/labs/demo`)).toBe(false);
  });

  it('puts all traffic back on v1 when v3 fails every second request', async () => {
    const { exitCode, report } = await demo('--fault', 'reviews-v3=error:0.5');

    expect(report.result.outcome).toBe('RolledBack');
    expect(exitCode).toBe(3);
    expect(report.result.stages.map(({ verdict }) => verdict)).toEqual(['pass', 'pass', 'fail', null]);
    expect(report.result.weights.reviews).toEqual({ v1: 100 });
    expect(report.after.requests).toBeGreaterThan(100);
    expect(report.after.failed).toBe(0);
    expect(Object.keys(report.after.byVersion)).toEqual(['v1']);
    expect(await processesNaming(environment.stateHome)).toEqual([]);
  });
});
