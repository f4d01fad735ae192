import { Context } from '@temporalio/activity';
import type { JobGateSpec } from '../../../domain/spec/document.ts';
import { addSamples, type GateEvidence } from '../evidence.ts';
import { runJob } from '../../jobs/run.ts';
import { detailsOf, record, type Watch } from './watch.ts';

/** Runs the Job of a gate, for all of its targets together, unless it ran before. */
export async function watchJob(
  watch: Watch,
  index: number,
  opened: GateEvidence<JobGateSpec>,
): Promise<void> {
  if (opened.last !== null) return;
  const { client, input, signal, draining } = watch;
  const { namespace, workflowStage: stage, since } = input;
  // From when the stage is judged: tells this run of the gate from one when the stage was tried before.
  const occasion = [stage, since];
  const sample = await runJob({ client, task: opened.gate, namespace, occasion, signal, draining });
  record(
    watch,
    index,
    addSamples(
      opened,
      opened.targets.map(() => sample),
      watch.now(),
    ),
  );
  Context.current().heartbeat(detailsOf(watch));
}
