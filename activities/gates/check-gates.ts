import { ApplicationFailure } from '@temporalio/activity';
import { diversionsOf, isCopied } from '../../domain/diversions.ts';
import { FailureType } from '../../domain/failure.ts';
import { gateTargets, stableBeside } from '../../domain/gates/targets.ts';
import type { ClusterConnection } from '../../domain/rollout.ts';
import type { GateSpec, PrometheusSpec, ServiceSpec, StageSpec } from '../../domain/spec/document.ts';
import { effectiveWeights } from '../../domain/stage-plan.ts';
import type { ActivityDeps } from '../deps.ts';
import { checkKind, type CheckSource } from './kinds.ts';
import { checkPrometheus } from './preflight/check-prometheus.ts';
import type { CheckTarget, Finding } from './preflight/finding.ts';

export interface CheckGatesInput {
  readonly connection: ClusterConnection;
  readonly namespace: string;
  readonly services: readonly ServiceSpec[];
  readonly stages: readonly StageSpec[];
  /** Null when no Prometheus is known. */
  readonly prometheus: PrometheusSpec | null;
}

/** A gate and whom it judges in a stage. */
interface Judging {
  readonly gate: GateSpec;
  readonly targets: readonly CheckTarget[];
}

/**
 * Finds out before the first shift what would keep gates from saying anything. What will not cure itself fails with
 * `InvalidTarget`, not retryable, all of it at once; what may, or concerns gates that only report, is a warning.
 */
export async function checkGates(
  { clients }: Pick<ActivityDeps, 'clients'>,
  input: CheckGatesInput,
): Promise<{ warnings: string[] }> {
  const judging = judgingOf(input);
  const unreachable = await checkPrometheus(
    input.prometheus,
    judging.map(({ gate }) => gate),
  );
  // Said once, not by every query.
  const prometheus = unreachable.length > 0 ? null : input.prometheus;
  const source = { prometheus, namespace: input.namespace, client: () => clients(input.connection) };
  const checks = judging.map(async (one) => checkGate(source, one));
  const found = [...unreachable, ...(await Promise.all(checks)).flat()];
  const problems = textsOf(found.filter(({ isProblem }) => isProblem));
  if (problems.length > 0)
    throw ApplicationFailure.nonRetryable(problems.join('; '), FailureType.invalidTarget);
  return { warnings: textsOf(found) };
}

/** The same gate with the same targets in several stages is checked once. */
function judgingOf({ services, stages }: CheckGatesInput): Judging[] {
  const all = stages.flatMap(({ gates }, index) => {
    const weights = effectiveWeights(stages, index);
    const diversions = diversionsOf(stages, index);
    return gates.map((gate): Judging => {
      const targets = gateTargets(services, weights, gate, diversions);
      return {
        gate,
        targets: targets.map((target) => ({
          target,
          stable: stableBeside(services, weights, target),
          ...(isCopied(diversions[target.host], target.subset) && { isCopied: true as const }),
        })),
      };
    });
  });
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}

async function checkGate(source: CheckSource, { gate, targets }: Judging): Promise<Finding[]> {
  const found = await checkKind(source, gate, targets);
  return found.map(({ isProblem, text }) => ({
    isProblem: isProblem && !gate.dryRun,
    text: `gate ${gate.name}: ${text}`,
  }));
}

/** Gates that judge other targets in other stages may have the same to say. */
function textsOf(found: readonly Finding[]): string[] {
  return [...new Set(found.map(({ text }) => text))];
}
