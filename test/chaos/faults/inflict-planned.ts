/** A plan's faults, each at its moment; two of the same victim one after the other. */
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../../domain/message-of.ts';
import type { Plan, PlannedFault } from '../plan/plan.ts';
import { describeFault } from '../plan/describe.ts';
import type { Moments } from '../run/moments.ts';
import type { Stand } from '../stand/stand.ts';
import { inflict, lackFor, type Span } from './inflict.ts';
import { isRemoved } from './recovery.ts';

/** What became of a planned fault. */
export interface Inflicted {
  readonly fault: PlannedFault;
  /** `skipped`: not on this machine; `missed`: the run was over before, or had taken its victim away; `lost`: its victim did not come back. */
  readonly state: 'done' | 'skipped' | 'missed' | 'lost';
  readonly span: Span | null;
  readonly reason: string;
}

export interface Inflicting {
  readonly stand: Stand;
  readonly plan: Plan;
  readonly moments: Moments;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Returns when every fault is over. */
export async function inflictPlanned(inflicting: Inflicting): Promise<Inflicted[]> {
  const last = new Map<string, Promise<unknown>>();
  return await Promise.all(
    inflicting.plan.faults.map(async (fault) => {
      const lack = lackFor(inflicting.stand, fault);
      if (lack !== null) return { fault, state: 'skipped', span: null, reason: lack } as const;
      if (!(await comes(inflicting, fault)) || (await isRemoved(inflicting.stand, fault)))
        return missed(fault);
      const who = fault.workload ?? fault.victim;
      const inflicted = (last.get(who) ?? Promise.resolve()).then(() => inflictOne(inflicting, fault));
      last.set(who, inflicted);
      return await inflicted;
    }),
  );
}

/** Waits for the fault's moment; false when it does not come. */
async function comes({ moments, signal }: Inflicting, { moment }: PlannedFault): Promise<boolean> {
  const reached = await moments.reached(moment.at);
  if (reached === null) return false;
  await sleep(Math.max(0, reached + moment.after - Date.now()), undefined, { signal });
  return !moments.isOver(moment.at);
}

function missed(fault: PlannedFault): Inflicted {
  return { fault, state: 'missed', span: null, reason: 'the run, or its victim, was over before' };
}

async function inflictOne({ stand, say, signal }: Inflicting, fault: PlannedFault): Promise<Inflicted> {
  say(describeFault(fault));
  const from = Date.now();
  try {
    return { fault, state: 'done', span: await inflict(stand, fault, signal), reason: '' };
  } catch (error) {
    signal.throwIfAborted();
    // Between the last look and the blow.
    if (await isRemoved(stand, fault)) return missed(fault);
    return { fault, state: 'lost', span: { from, until: Date.now() }, reason: messageOf(error) };
  }
}
