import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../faults/fault.ts';
import { json, type Handler } from './http.ts';

/** How a fault reaches the process; tests put their own in place. */
export interface FaultEffects {
  readonly random: () => number;
  readonly crash: () => void;
}

const realEffects: FaultEffects = {
  random: Math.random,
  crash: () => {
    console.error('crashing, as the lab was asked to');
    process.exit(1);
  },
};

/**
 * The handler with the faults that are turned on: first a crash, then the added latency, then an error for the given
 * share of requests. Health stays as it is, so that the pod stays Ready and its faults are seen in traffic.
 */
export function withFaults(
  handler: Handler,
  currentFault: () => Fault,
  effects: FaultEffects = realEffects,
): Handler {
  return async (call) => {
    if (call.path === '/health') return handler(call);
    const { crash = false, latencyMs = 0, error = 0 } = currentFault();
    if (crash) effects.crash();
    if (latencyMs > 0) await sleep(latencyMs);
    if (effects.random() < error) return json(500, { error: 'a fault turned on in the lab' });
    return handler(call);
  };
}
