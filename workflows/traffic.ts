/** Everything that touches routing: claim, subsets, shift, and the way back. */
import { CancellationScope, condition, workflowInfo } from '@temporalio/workflow';
import { FailureType } from '../domain/failure.ts';
import type { ObjectRef } from '../domain/rollout.ts';
import type { StageSpec } from '../domain/spec/document.ts';
import { formatWeights, stableWeights } from '../domain/weights.ts';
import { mutate, quick, remove, restore } from './activities.ts';
import { describeFailure } from './failures.ts';
import { restoreLooks, stopTimeout } from './retries.ts';
import type { Delivery } from './run.ts';

const shifting = (stage: StageSpec) => `shifting ${stage.name}: ${formatWeights(stage.weights)}`;

/** Makes sure that the services exist and that no other open run has them. */
export async function claimTargets(delivery: Delivery): Promise<void> {
  const { run, connection, spec } = delivery;
  const { workflowId, runId } = workflowInfo();
  const { namespace, services } = spec;
  const weights = spec.stages.map((stage) => stage.weights);
  const args = { connection, namespace, services, weights, workflowId, runId };
  delivery.claimed = true;
  await run.change('claiming the services', quick.claimTargets, args, () => undefined);
}

/** Declares the subsets that routes name. */
export async function applySubsets({ run, connection, spec }: Delivery): Promise<void> {
  const { namespace, services } = spec;
  await run.create({
    name: 'subsets',
    step: 'applying subsets',
    activity: mutate.applySubsets,
    args: { connection, namespace, services },
    made: ({ created }) => ({ objects: created }),
    undo: ({ created }) => remove.removeObjects({ connection, objects: created }),
  });
}

/**
 * Gives a stage its weights and waits until the proxies have them.
 * @returns when they had them, as ISO 8601
 */
export async function shiftTraffic(delivery: Delivery, stage: StageSpec): Promise<string> {
  const { run, connection, spec, touched } = delivery;
  const { namespace, services, observeTimeout } = spec;
  if (touched.size === 0) registerRoutes(delivery);
  for (const host of Object.keys(stage.weights)) touched.add(host);
  const args = { connection, namespace, services, weights: stage.weights, observeTimeout };
  const note = ({ created }: Shifted) => noteRoutes(delivery, created);
  const { observedAt } = await run.change(shifting(stage), mutate.shiftTraffic, args, note);
  run.status.seen(stage.weights);
  return observedAt;
}

interface Shifted {
  readonly created: readonly ObjectRef[];
}

function noteRoutes({ run, routes }: Delivery, created: readonly ObjectRef[]): void {
  routes.push(...created);
  run.status.made({ objects: created });
}

/** Routes are made by any shift, the one that restores included: they are removed together. */
function registerRoutes({ run, connection, routes }: Delivery): void {
  const removeRoutes = async () => {
    if (routes.length === 0) return null;
    await remove.removeObjects({ connection, objects: routes });
    return 'removed';
  };
  run.creations.register({ name: 'routes', run: removeRoutes });
}

/**
 * Puts the traffic of every touched service back on its stable subset: at once, and once more when a shift was
 * interrupted, lest that shift had the last word.
 * @returns what was done in words; null if no traffic was touched
 */
export async function restoreTraffic(delivery: Delivery): Promise<string | null> {
  if (delivery.touched.size === 0) return null;
  const { run, spec } = delivery;
  const interrupted = spec.stages.filter((stage) => run.inFlight.has(shifting(stage)));
  if (interrupted.length > 0) await restoreTwice(delivery);
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

/** A proxy that does not follow in time gets more of it: nothing matters more now. */
async function putBack(delivery: Delivery): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await putBackOnce(delivery);
      return;
    } catch (error) {
      const late = describeFailure(error).type === FailureType.deadlineExceeded;
      if (!late || attempt === restoreLooks) throw error;
    }
  }
}

async function putBackOnce(delivery: Delivery): Promise<void> {
  const { run, connection, spec } = delivery;
  const { namespace, services, observeTimeout } = spec;
  const weights = stableOf(delivery);
  const summary = 'putting traffic back on the stable version';
  const args = { connection, namespace, services, weights, observeTimeout };
  const { created } = await restore.shiftTraffic.executeWithOptions({ summary }, [args]);
  noteRoutes(delivery, created);
  run.status.seen(weights);
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
