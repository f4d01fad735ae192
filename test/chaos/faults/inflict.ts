/** Does what a plan says to a part of the stand, and sees that it is there again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { signalProcess } from '../../../lab/process/end.ts';
import type { Action, PlannedFault } from '../plan/plan.ts';
import type { Stand } from '../stand/stand.ts';
import { findProcess } from './find-process.ts';
import { awaitSuccessor } from './recovery.ts';

/** When it was done, and when its victim served again, in ms since 1970. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

type Inflict = (stand: Stand, fault: PlannedFault, signal: AbortSignal) => Promise<void>;

/** Why a fault cannot be done on this machine; null where it can. */
export function lackFor(stand: Stand, { action }: PlannedFault): string | null {
  if (action === 'fill-disk' && 'lacks' in stand.disk) return stand.disk.lacks;
  if (action === 'jump-clock' && stand.fakeTime === null) return 'libfaketime is not installed';
  return null;
}

/** Does it, and returns when its victim serves again. Throws when there is no victim, or when it does not come back. */
export async function inflict(stand: Stand, fault: PlannedFault, signal: AbortSignal): Promise<Span> {
  const from = Date.now();
  await actions[fault.action](stand, fault, signal);
  return { from, until: Date.now() };
}

const actions: Readonly<Record<Action, Inflict>> = {
  kill: async (stand, fault, signal) => {
    const process = await findProcess(stand, fault);
    signalProcess(process, 'SIGKILL');
    if (fault.victim === 'temporal') {
      await sleep(fault.lasts, undefined, { signal });
      await stand.ensureTemporal();
    }
    await awaitSuccessor(stand, fault, process, signal);
  },

  suspend: async (stand, fault, signal) => {
    const process = await findProcess(stand, fault);
    signalProcess(process, 'SIGSTOP');
    try {
      await sleep(fault.lasts, undefined, { signal });
    } finally {
      signalProcess(process, 'SIGCONT');
    }
  },

  cut: async ({ relay }, { lasts }, signal) => {
    relay.cut();
    try {
      await sleep(lasts, undefined, { signal });
    } finally {
      relay.mend();
    }
  },

  'fill-disk': async (stand, { lasts }, signal) => {
    const { disk } = stand;
    if ('lacks' in disk) throw new Error(disk.lacks);
    await disk.fill();
    try {
      await sleep(lasts, undefined, { signal });
    } finally {
      await disk.free();
    }
    await stand.ensureTemporal();
  },

  'jump-clock': ({ worker }, { by = 0 }) => worker.setClock(by),
};
