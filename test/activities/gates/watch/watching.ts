import type { FakePrometheus } from '../fake-prometheus.ts';
import {
  createGateActivities,
  type StageWatch,
  type WatchStageInput,
} from '../../../../activities/gates/index.ts';
import type { HeartbeatDetails } from '../../../../activities/gates/watch/watch.ts';
import { createTrafficActivities } from '../../../../activities/traffic/index.ts';
import { activityEnvironment, asActivity } from '../../support/activity.ts';
import { connection } from '../../support/objects.ts';
import { followed, FakeMesh, reviews } from '../../traffic/fake-mesh.ts';

export const weights = { reviews: { v1: 50, v3: 50 } };

export interface Watching {
  readonly mesh?: FakeMesh;
  readonly gates?: WatchStageInput['gates'];
  readonly weights?: WatchStageInput['weights'];
  /** Milliseconds from the beginning of the watch; null for none. */
  readonly hold?: number | null;
  /** When the watch begins, in epoch ms; now where it is absent. */
  readonly began?: number;
  /** Milliseconds that the proxies have had the weights already. */
  readonly age?: number;
  readonly prometheus?: FakePrometheus['spec'] | null;
  readonly drift?: WatchStageInput['drift'];
  readonly clock?: WatchStageInput['clock'];
  /** When Temporal scheduled the attempt, in epoch ms. */
  readonly scheduled?: number;
  readonly earlier?: WatchStageInput['earlier'];
  readonly rewrites?: WatchStageInput['rewrites'];
  readonly told?: boolean;
  readonly resumes?: boolean;
  /** Of the worker that it runs on. */
  readonly draining?: AbortSignal;
  /** What an earlier attempt left in its heartbeat. */
  readonly details?: HeartbeatDetails;
}

/** Begins a watch over reviews. */
export function startWatch(change: Watching) {
  const { mesh = new FakeMesh(), hold = 450, age = 0, draining = new AbortController().signal } = change;
  const since = (change.began ?? Date.now()) - age;
  const input: WatchStageInput = {
    connection,
    namespace: 'default',
    services: [reviews],
    workflowStage: 'half',
    weights: change.weights ?? weights,
    gates: change.gates ?? [],
    prometheus: change.prometheus ?? null,
    since: new Date(since).toISOString(),
    deadline: hold === null ? null : new Date(since + hold).toISOString(),
    drift: change.drift ?? 'reassert',
    clock: change.clock ?? 'worker',
    earlier: change.earlier ?? null,
    rewrites: change.rewrites ?? [],
    told: change.told ?? false,
    resumes: change.resumes ?? false,
  };
  const { environment, heartbeats } = activityEnvironment('run-1', {
    heartbeatDetails: change.details,
    ...(change.scheduled !== undefined && { currentAttemptScheduledTimestampMs: change.scheduled }),
  });
  const { watchStage } = createGateActivities({ ...mesh.deps(), draining });
  const watching = environment.run<[], StageWatch, () => Promise<StageWatch>>(async () => watchStage(input));
  return { watching, environment, heartbeats: heartbeats as HeartbeatDetails[], since };
}

/** A mesh whose reviews this run holds at the weights. */
export async function heldMesh(): Promise<FakeMesh> {
  const mesh = followed();
  const { shiftTraffic } = createTrafficActivities(mesh.deps());
  const input = { connection, namespace: 'default', services: [reviews], observeTimeout: 1_000, weights };
  await asActivity(() => shiftTraffic(input));
  return mesh;
}

/** How a watch ended that was cancelled. */
export async function outcomeOf(watching: Promise<unknown>): Promise<string> {
  return await watching.then(
    () => 'returned',
    (error: unknown) => (error instanceof Error ? error.name : ''),
  );
}
