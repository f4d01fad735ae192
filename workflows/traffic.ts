/** Everything that touches routing: claim, subsets, shift, and the way back. */
import { CancellationScope, condition, workflowInfo } from '@temporalio/workflow';
import {
  allDiversions,
  describeDiversion,
  divertedHosts,
  diversionsOf,
  noDiversions,
} from '../domain/diversions.ts';
import { FailureType } from '../domain/failure.ts';
import { prometheusOf } from '../domain/prometheus.ts';
import type { Weights } from '../domain/rollout.ts';
import type { DeliverySpec, StageSpec } from '../domain/spec/document.ts';
import { effectiveWeights } from '../domain/stage-plan.ts';
import { formatWeights, stableWeights } from '../domain/weights.ts';
import { mutate, quick, remove, restore, type Answer } from './activities.ts';
import { describeFailure } from './failures.ts';
import type { RestoreInput } from './messages.ts';
import { restoreLooks, stopTimeout } from './retries.ts';
import type { Delivery } from './run.ts';

type Shift = Answer<'shiftTraffic'>;

/** How far apart well-kept clocks may be, in ms. */
const clockSkew = 1_000;

/** Makes sure that the services exist, can be routed, and that no other open run has them. */
export async function claimTargets(delivery: Delivery): Promise<void> {
  const { run, connection, spec } = delivery;
  const { workflowId, runId } = workflowInfo();
  const { namespace, services, routing, ignore } = spec;
  const weights = spec.stages.map((stage) => stage.weights);
  const diversions = allDiversions(spec.stages);
  const args = { connection, namespace, services, routing, ignore, diversions, weights, workflowId, runId };
  delivery.claimed = true;
  const claim = await run.change('claiming the services', quick.claimTargets, args, () => undefined);
  delivery.capacity = claim.capacity;
  delivery.previous = claim.previous;
  claim.warnings.forEach((warning) => run.status.warn(warning));
}

/** Makes sure, as far as it can be known, that every gate can say something. */
export async function checkGates({ run, connection, spec }: Delivery): Promise<void> {
  const { namespace, services, stages } = spec;
  const prometheus = prometheusOf(spec, connection);
  const args = { connection, namespace, services, stages, prometheus };
  const { warnings } = await run.step('checking the gates', quick.checkGates, args);
  warnings.forEach((warning) => run.status.warn(warning));
}

/** Declares the subsets that routes name. */
export async function applySubsets({ run, connection, spec }: Delivery): Promise<void> {
  const { namespace, services, routing, observeTimeout } = spec;
  const { warnings } = await run.create({
    name: 'subsets',
    step: 'applying subsets',
    activity: mutate.applySubsets,
    args: { connection, namespace, services, routing, observeTimeout },
    // A Service of one version is no Service of the application.
    made: ({ created }) => (routing === 'gateway-api' ? { backends: created } : { objects: created }),
    undo: ({ created }) => remove.removeSubsets({ connection, objects: created, observeTimeout }),
  });
  warnings.forEach((warning) => run.status.warn(warning));
}

/**
 * Gives a stage weights, and what it diverts besides, and waits until the proxies have them.
 * @returns by when they had them, as ISO 8601: no request that starts later goes by older ones
 */
export async function shiftTraffic(delivery: Delivery, stage: StageSpec, changed: Weights): Promise<string> {
  const { run, connection, spec, touched, capacity } = delivery;
  const { namespace, services, routing, ignore, stages, observeTimeout } = spec;
  const diversions = diversionsOf(stages, stages.indexOf(stage));
  const weights = withDiverted(spec, stage, changed);
  if (touched.size === 0) registerRoutes(delivery);
  const fresh = Object.keys(weights).filter((host) => !touched.has(host));
  fresh.forEach((host) => touched.add(host));
  const words = [formatWeights(weights), ...Object.values(diversions).map(describeDiversion)];
  delivery.shifting = `shifting ${stage.name}: ${words.filter(Boolean).join(', ')}`;
  const target = { connection, namespace, services, routing, ignore, diversions };
  const args = { ...target, weights, observeTimeout, capacity };
  const shift = await run.change(delivery.shifting, mutate.shiftTraffic, args, (shift) => {
    // The claim may be days old: what the first shift of a host found counts more, what later ones find is this run's.
    for (const host of fresh)
      if (shift.previous[host]) delivery.previous = { ...delivery.previous, [host]: shift.previous[host] };
    noteShift(delivery, shift);
  });
  run.status.seen(weights);
  return observedTime(shift);
}

/**
 * What is diverted may change while the weights stay: hosts of which any stage diverts requests are written in each.
 */
function withDiverted({ stages }: DeliverySpec, stage: StageSpec, weights: Weights): Weights {
  const all = effectiveWeights(stages, stages.indexOf(stage));
  const diverted = divertedHosts(stages).map((host) => [host, all[host] ?? {}] as const);
  return { ...Object.fromEntries(diverted), ...weights };
}

/**
 * The workflow's clock is Temporal's, which every worker shares. It may lag by as long as the shift took (see
 * `Status.time`), and a hold would be too short: the worker's is taken where that explains the difference.
 */
function observedTime({ observedAt, took }: Shift): string {
  const now = Date.now();
  const told = Date.parse(observedAt);
  return new Date(told > now && told <= now + took + clockSkew ? told : now).toISOString();
}

function noteShift({ run, routes }: Delivery, { created, warnings }: Shift): void {
  routes.push(...created);
  run.status.made({ objects: created });
  warnings.forEach((warning) => run.status.warn(warning));
}

/** Routes are made by any shift, the one that restores included: they are removed together. */
function registerRoutes({ run, connection, routes }: Delivery): void {
  const removeRoutes = async () => {
    if (routes.length === 0) return null;
    const { objects: leaving } = run.status.created;
    await remove.removeRoutes({ connection, objects: routes, leaving });
    return 'removed';
  };
  run.creations.register({ name: 'routes', run: removeRoutes });
}

/**
 * Puts the traffic of every touched service back where it was, or on its stable subset: at once, and once more when
 * a shift was interrupted, lest that shift had the last word.
 * @returns what was done in words; null if no traffic was touched
 */
export async function restoreTraffic(delivery: Delivery): Promise<string | null> {
  if (delivery.touched.size === 0) return null;
  if (delivery.run.inFlight.has(delivery.shifting)) await restoreTwice(delivery);
  else await putBack(delivery);
  return formatWeights(stableOf(delivery));
}

async function restoreTwice(delivery: Delivery): Promise<void> {
  const atOnce = new CancellationScope({ cancellable: true });
  // Its failure does not matter: the second one follows in any case and is the one that counts.
  const early = atOnce.run(() => putBack(delivery)).catch(() => undefined);
  await settled(delivery);
  await putBack(delivery);
  atOnce.cancel();
  await early;
}

async function settled({ run }: Delivery): Promise<void> {
  const summary = 'waiting for interrupted changes to stop';
  await condition(() => run.inFlight.size === 0, stopTimeout, { summary });
}

async function putBack(delivery: Delivery): Promise<void> {
  const input = restoreInput(delivery);
  noteShift(delivery, await putTrafficBack(input));
  delivery.run.status.seen(input.weights);
}

/** What it takes to put the traffic of every touched service back. */
export function restoreInput(delivery: Delivery): RestoreInput {
  const { connection, spec, capacity, previous } = delivery;
  const { namespace, services, routing, ignore, observeTimeout } = spec;
  const diversions = noDiversions(spec.stages);
  const target = { connection, namespace, services, routing, ignore, diversions };
  return { ...target, weights: stableOf(delivery), observeTimeout, capacity, previous };
}

/** Puts traffic back; a proxy that does not follow in time gets more of it: nothing matters more now. */
export async function putTrafficBack(input: RestoreInput): Promise<Shift> {
  const args = { ...input, restoring: true } as const;
  for (let attempt = 1; ; attempt++) {
    try {
      return await restore.shiftTraffic.executeWithOptions({ summary: 'putting traffic back' }, [args]);
    } catch (error) {
      const late = describeFailure(error).type === FailureType.deadlineExceeded;
      if (!late || attempt === restoreLooks) throw error;
    }
  }
}

function stableOf({ spec, touched }: Delivery) {
  return stableWeights(spec.services.filter(({ host }) => touched.has(host)));
}

/** Lets other runs have the services; nothing to report when it goes well. */
export async function releaseTargets({ connection, spec }: Delivery): Promise<null> {
  const { namespace, services } = spec;
  const { workflowId } = workflowInfo();
  await quick.releaseTargets({ connection, namespace, services, workflowId });
  return null;
}
