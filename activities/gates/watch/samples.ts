import { Context } from '@temporalio/activity';
import type { SampledGateSpec } from '../../../domain/spec/document.ts';
import { addSamples, hasFailed, type GateEvidence } from '../evidence.ts';
import { sample } from '../kinds.ts';
import { nextSample } from '../schedule.ts';
import { waitUntil } from './wait-until.ts';
import { detailsOf, record, type Watch } from './watch.ts';

/** Takes the samples of a gate, each of all its targets, until the deadline or until it fails. */
export async function watchSamples(
  watch: Watch,
  index: number,
  opened: GateEvidence<SampledGateSpec>,
  deadline: number | null,
): Promise<void> {
  const { gate, targets } = opened;
  const { namespace, prometheus, weights, workflowStage: stage } = watch.input;
  const { since, signal, pods } = watch;
  const rollout = Context.current().info.workflowExecution?.workflowId ?? '';
  const podsOf = async (host: string) => (await pods.look()).get(host) ?? null;
  const source = {
    prometheus,
    namespace,
    weights,
    rollout,
    stage,
    since,
    podsOf,
    counted: pods.counted,
    signal,
  };
  const schedule = {
    since: since + gate.initialDelay,
    deadline,
    interval: gate.interval,
    window: gate.window,
  };
  let seen = opened;
  while (!hasFailed(seen)) {
    const at = nextSample(schedule, seen.last, watch.now());
    if (at === null) return;
    await waitUntil(at, watch);
    const samples = await Promise.all(targets.map((target) => sample(source, gate, target, at)));
    seen = addSamples(seen, samples, at);
    record(watch, index, seen);
    Context.current().heartbeat(detailsOf(watch));
  }
}
