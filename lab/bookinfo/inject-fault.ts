import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../faults/fault.ts';
import { json, type Call, type Handler, type Reply } from './http.ts';

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

/** gRPC's status of an internal error. */
const internal = 13;

/**
 * The handler with the faults that are turned on: first a crash, then no answer at all for the given share of requests, the
 * added latency, and an error for the given share. Health stays as it is, so that the pod stays Ready and its faults are seen in
 * traffic. A gRPC call gets its error, or its success, in gRPC's own way.
 */
export function withFaults(
  handler: Handler,
  currentFault: () => Fault,
  effects: FaultEffects = realEffects,
): Handler {
  return async (call) => {
    if (call.path === '/health') return handler(call);
    const { crash = false, hang = 0, latencyMs = 0, error = 0, grpc = internal } = currentFault();
    if (crash) effects.crash();
    if (effects.random() < hang) await never;
    if (latencyMs > 0) await sleep(latencyMs);
    const fails = effects.random() < error;
    if (isGrpc(call)) return grpcReply(fails ? grpc : 0);
    return fails ? json(500, { error: 'a fault turned on in the lab' }) : handler(call);
  };
}

const never = new Promise<never>(() => undefined);

function isGrpc({ headers }: Call): boolean {
  return headers['content-type']?.startsWith('application/grpc') === true;
}

/** An answer without a message: its status stands in the headers. */
function grpcReply(status: number): Reply {
  return {
    status: 200,
    headers: { 'content-type': 'application/grpc', 'grpc-status': String(status) },
    body: '',
  };
}
