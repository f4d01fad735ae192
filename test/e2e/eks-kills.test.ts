import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pLimit from 'p-limit';
import type { AwsCall } from '../support/aws/call.ts';
import { type Half, type Kills, KillPoints, type Story } from './fixtures/kill-points.ts';

jest.setTimeout(60 * 60_000);

/** Every call is a point to kill at; those that change something are enough for every day. */
const all = process.env.SLUICE_KILL_POINTS === 'all';

/** Runs at a time: each is a worker and a command. */
const atOnce = 3;

/** Numbers of the calls to kill after, from 1. */
function pointsOf({ calls }: Half): number[] {
  return [...calls.entries()].filter(([, call]) => all || changes(call)).map(([index]) => index + 1);
}

function changes({ action }: AwsCall): boolean {
  return /^(Create|Delete|Update|Put|DELETE|POST|PUT)/.test(action);
}

/** One run a point, and the points of the undo with those of the creation. */
function pairs(creation: readonly number[], undo: readonly number[]): Kills[] {
  return Array.from({ length: Math.max(creation.length, undo.length) }, (_, index) => ({
    creation: creation[index] ?? null,
    undo: undo[index] ?? null,
  }));
}

function expectOneCluster(name: string, { creation, before, between }: Story): void {
  expect(creation.ran.stdout + creation.ran.stderr).toContain(
    'istioctl 1.31.0 is not to be had: PATH has none',
  );
  expect(creation.ran.exitCode).toBe(1);
  expect(between.clusters).toEqual([name]);
  expect(between.stacks).toEqual([`eksctl-${name}-cluster`, `eksctl-${name}-nodegroup-workers`]);
  const inCluster = ['coredns', 'kube-proxy', 'metrics-server', 'vpc-cni', 'workers'].map(
    (one) => `${name}/${one}`,
  );
  expect(between.inCluster).toEqual(inCluster);
  expect(between.vpcs?.length).toBe((before.vpcs?.length ?? 0) + 1);
}

function expectBaseline({ undo, before, after }: Story): void {
  expect([undo.ran.exitCode, undo.ran.stderr]).toEqual([0, expect.any(String)]);
  expect(after).toEqual(before);
}

describe('a worker that dies after a call of AWS', () => {
  let points: KillPoints;
  let whole: Story;

  beforeAll(async () => {
    points = await KillPoints.up();
    whole = await points.tell('kill-none', { creation: null, undo: null });
  });

  afterAll(async () => {
    await points.down();
  });

  it('leaves one cluster and no second resource, and nothing when it dies in the undo', async () => {
    expectOneCluster('kill-none', whole);
    expectBaseline(whole);
    const creation = pointsOf(whole.creation);
    const undo = pointsOf(whole.undo);
    expect(creation.length).toBeGreaterThanOrEqual(5);
    expect(undo.length).toBeGreaterThanOrEqual(2);

    const limit = pLimit(atOnce);
    const told = pairs(creation, undo).map(async (kills, index) => {
      const name = `kill-${index + 1}`;
      const story = await limit(() => points.tell(name, kills));
      expectOneCluster(name, story);
      expectBaseline(story);
      const killed = [story.creation.killed, story.undo.killed];
      expect(killed).toEqual([kills.creation === null ? 0 : 1, kills.undo === null ? 0 : 1]);
    });
    const wrong = (await Promise.allSettled(told)).filter(({ status }) => status === 'rejected');
    console.log(
      `killed after ${creation.length} calls of the creation and ${undo.length} of the undo; ended wrong: ${wrong.length}`,
    );
    expect(wrong).toEqual([]);
  });
});
