import type { Diversions } from '../../../domain/diversions.ts';
import { stableBeside, type GateTarget } from '../../../domain/gates/targets.ts';
import type { CounterSource as SourceName, SequentialGateSpec } from '../../../domain/spec/document.ts';
import { attributeFailures } from '../counters/attribute.ts';
import type { CounterSource } from '../counters/counter.ts';
import { createDifferences } from '../counters/differences.ts';
import { createPrometheusCounters } from '../counters/prometheus.ts';
import { createProxyCounters } from '../counters/proxies.ts';
import { hasFailed, type GateEvidence } from '../evidence.ts';
import { nextSample } from '../schedule.ts';
import { addLook, addWarmUp } from './look.ts';
import { waitUntil } from './wait-until.ts';
import { record, type Watch } from './watch.ts';

/** A sequential gate's place in the spec, and its evidence. */
export interface CountingGate {
  readonly index: number;
  readonly evidence: GateEvidence<SequentialGateSpec>;
}

/**
 * Looks at the counters of one source for all gates that use it, at the pace of the fastest, until the deadline: one
 * reading serves them all. Counts from a first reading of this attempt on, which comes after the proxies had
 * the weights; what came between two attempts is not counted.
 */
export async function watchCounters(
  watch: Watch,
  source: SourceName,
  gates: readonly CountingGate[],
  deadline: number | null,
): Promise<void> {
  const { services, weights, diversions } = watch.input;
  const counting = gates.map(({ index, evidence }) => ({
    index,
    evidence,
    baselines: evidence.targets.map((target) => stableBeside(services, weights, target)),
  }));
  const { since, signal } = watch;
  const schedule = {
    since,
    deadline,
    interval: Math.min(...gates.map((one) => one.evidence.gate.interval)),
    window: 0,
  };
  const counters = openSource(watch, source, counting);
  const increasesOf = createDifferences();
  increasesOf(await counters.read());
  let last = watch.now();
  while (counting.some(({ evidence }) => !hasFailed(evidence))) {
    const at = nextSample(schedule, last, watch.now());
    if (at === null) return;
    await waitUntil(at, watch);
    const reading = await counters.read();
    const increases = await attributeFailures(increasesOf(reading), counters);
    // Who ended the watch meanwhile has ended this look.
    signal.throwIfAborted();
    const look = { reading, increases, weights, diversions, at };
    for (const one of counting) {
      const isWarm = at >= since + one.evidence.gate.initialDelay;
      one.evidence = (isWarm ? addLook : addWarmUp)(one.evidence, one.baselines, look);
      record(watch, one.index, one.evidence);
    }
    last = at;
  }
}

interface Compared extends CountingGate {
  readonly baselines: readonly (GateTarget | null)[];
}

function openSource(
  { input, client, since, now, signal, pods }: Watch,
  name: SourceName,
  counting: readonly Compared[],
): CounterSource {
  const { namespace, prometheus } = input;
  const hosts = new Set(counting.flatMap(({ evidence }) => evidence.targets.map(({ host }) => host)));
  const counted = {
    namespace,
    services: () => pods.counted().filter(({ host }) => hosts.has(host)),
    durations: counting.some(({ evidence }) => evidence.gate.kind === 'slowRequests'),
  };
  const copied = copiedSubsets(input.diversions);
  if (name === 'proxies')
    return createProxyCounters({ ...counted, client, ...(copied !== null && { copied }) });
  return createPrometheusCounters({ ...counted, prometheus, since, now, signal });
}

/** Subsets that get copies now, by host; null for none. */
function copiedSubsets(diversions: Diversions = {}): Record<string, string> | null {
  const copied = Object.entries(diversions).flatMap(([host, { mirror }]) =>
    mirror === null || mirror.percent === 0 ? [] : [[host, mirror.subset] as const],
  );
  return copied.length === 0 ? null : Object.fromEntries(copied);
}
