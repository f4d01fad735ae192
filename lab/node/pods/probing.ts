import { setTimeout as sleep } from 'node:timers/promises';
import type { Container, Probe } from '../api/models.ts';
import { probeOnce, type ProbeTarget } from './probe.ts';

/** Told what the probes of a running container find. */
export interface ProbeListener {
  started(): void;
  ready(ready: boolean): void;
  /** The container has to be restarted. */
  failed(reason: string): void;
}

/** Probes of a container, with what stands in for a missing readiness probe. */
export interface ProbePlan {
  target: ProbeTarget;
  /** Port that has to accept connections where the container has no readiness probe. */
  readyPort: number | undefined;
}

/** Until the first success a lab asks this often (milliseconds), whatever the period: nobody wants to wait for it. */
const eagerInterval = 250;

/** Runs the startup probe, then readiness and liveness, until the signal aborts. */
export async function watchProbes(
  plan: ProbePlan,
  listener: ProbeListener,
  signal: AbortSignal,
): Promise<void> {
  const { target } = plan;
  const { startupProbe, livenessProbe } = target.container;
  if (startupProbe && !(await firstVerdict(startupProbe, target, signal))) {
    if (!signal.aborted) listener.failed('startup probe failed');
    return;
  }
  listener.started();
  await Promise.all([
    watchReadiness(readinessProbe(target.container, plan.readyPort), target, listener, signal),
    livenessProbe && watchLiveness(livenessProbe, target, listener, signal),
  ]);
}

function readinessProbe(container: Container, readyPort: number | undefined): Probe | undefined {
  if (container.readinessProbe !== undefined) return container.readinessProbe;
  return readyPort === undefined ? undefined : { tcpSocket: { port: readyPort }, periodSeconds: 2 };
}

async function firstVerdict(probe: Probe, target: ProbeTarget, signal: AbortSignal): Promise<boolean> {
  for await (const verdict of verdicts(probe, target, signal, true)) return verdict;
  return false;
}

async function watchReadiness(
  probe: Probe | undefined,
  target: ProbeTarget,
  listener: ProbeListener,
  signal: AbortSignal,
): Promise<void> {
  if (probe === undefined) {
    listener.ready(true);
    return;
  }
  for await (const ready of verdicts(probe, target, signal, true)) listener.ready(ready);
}

async function watchLiveness(
  probe: Probe,
  target: ProbeTarget,
  listener: ProbeListener,
  signal: AbortSignal,
): Promise<void> {
  for await (const alive of verdicts(probe, target, signal, false)) {
    if (alive) continue;
    listener.failed('liveness probe failed');
    return;
  }
}

/** A value each time as many answers in a row agree as the probe's thresholds ask for. */
async function* verdicts(
  probe: Probe,
  target: ProbeTarget,
  signal: AbortSignal,
  eager: boolean,
): AsyncGenerator<boolean> {
  const period = (probe.periodSeconds ?? 10) * 1000;
  let interval = eager ? Math.min(eagerInterval, period) : period;
  const streak = { good: 0, bad: 0 };
  if (!eager) await pause((probe.initialDelaySeconds ?? 0) * 1000, signal);
  while (!signal.aborted) {
    const good = await probeOnce(probe, target);
    streak.good = good ? streak.good + 1 : 0;
    streak.bad = good ? 0 : streak.bad + 1;
    // Asking more often must not mean giving up earlier.
    const patience = Math.ceil(((probe.failureThreshold ?? 3) * period) / interval);
    if (isOver(signal)) return;
    if (streak.good >= (probe.successThreshold ?? 1)) {
      interval = period;
      yield true;
    } else if (streak.bad >= patience) yield false;
    await pause(interval, signal);
  }
}

/** A call, so that the compiler does not take the answer of before an await for the answer after it. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  // An abort ends the pause and, with it, the loop that looks at the signal.
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}
