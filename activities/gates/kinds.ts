/** The kinds of gates: how each is checked before the first shift, and how each takes a sample. What they need is in `domain/gates/kinds.ts`. */
import type { GateKind } from '../../domain/gates/kinds.ts';
import type { Sample } from '../../domain/gates/sample.ts';
import type { GateTarget } from '../../domain/gates/targets.ts';
import type { GateSpec, SampledGateSpec } from '../../domain/spec/document.ts';
import type { ClusterClient } from '../kubernetes/index.ts';
import { checkCloud } from './preflight/check-cloud.ts';
import { checkCounting } from './preflight/check-counting.ts';
import { checkEndpoint } from './preflight/check-endpoint.ts';
import { checkQuery } from './preflight/check-query.ts';
import { checkServiceAccount } from './preflight/check-service-account.ts';
import type { CheckTarget, Finding } from './preflight/finding.ts';
import { sampleCloud } from './samples/asked.ts';
import { measureCloudWatch } from './samples/cloud-watch.ts';
import { measureDatadog } from './samples/datadog.ts';
import { sampleHttp } from './samples/http.ts';
import { sampleLatency } from './samples/latency.ts';
import { samplePromql } from './samples/promql.ts';
import { sampleRestarts } from './samples/restarts.ts';
import type { Source, StageSource } from './samples/source.ts';
import { sampleSuccessRate } from './samples/success-rate.ts';

/** What checks before the first shift may ask. */
export interface CheckSource extends Omit<Source, 'signal'> {
  readonly client: () => ClusterClient;
}

type Check<Gate> = (source: CheckSource, gate: Gate, targets: readonly CheckTarget[]) => Promise<Finding[]>;

/** Looks at a target, over the gate's window up to `at` (epoch ms). */
type Sampler<Gate> = (source: StageSource, gate: Gate, target: GateTarget, at: number) => Promise<Sample>;

type GateOf<Kind extends GateKind> = Extract<GateSpec, { readonly kind: Kind }>;

const checks: { readonly [Kind in GateKind]: Check<GateOf<Kind>> | null } = {
  errors: checkCounting,
  slowRequests: checkCounting,
  successRate: null,
  latency: null,
  promql: checkQuery,
  cloudWatch: checkCloud(measureCloudWatch),
  datadog: checkCloud(measureDatadog),
  http: (_, gate) => checkEndpoint(gate),
  restarts: null,
  job: ({ client, namespace }, gate) => checkServiceAccount(client(), namespace, gate),
};

const samplers: { readonly [Kind in SampledGateSpec['kind']]: Sampler<GateOf<Kind>> } = {
  successRate: sampleSuccessRate,
  latency: sampleLatency,
  promql: samplePromql,
  cloudWatch: sampleCloud(measureCloudWatch),
  datadog: sampleCloud(measureDatadog),
  restarts: sampleRestarts,
  http: sampleHttp,
};

/** What would keep a gate from saying anything of its targets, so far as it is known before the first shift. */
export async function checkKind(
  source: CheckSource,
  gate: GateSpec,
  targets: readonly CheckTarget[],
): Promise<Finding[]> {
  // The compiler does not see that an entry takes the gates of its own kind.
  const check = checks[gate.kind] as Check<GateSpec> | null;
  return check === null ? [] : check(source, gate, targets);
}

/**
 * One sample of a gate of a target, over the gate's window up to `at` (epoch ms). Whatever goes wrong is a sample with
 * the verdict `error`; an abort of the source's signal alone is thrown.
 */
export async function sample(
  source: StageSource,
  gate: SampledGateSpec,
  target: GateTarget,
  at: number,
): Promise<Sample> {
  const sampler = samplers[gate.kind] as Sampler<SampledGateSpec>;
  return sampler(source, gate, target, at);
}
