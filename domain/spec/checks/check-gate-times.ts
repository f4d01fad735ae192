import { defaultCounterInterval, defaultCounterSource } from '../../defaults.ts';
import { formatDuration } from '../../duration.ts';
import type { Finding } from '../issues.ts';
import { listNames } from '../list-names.ts';
import type { GateOutline, PlacedGate } from '../outline.ts';
import { type GateKind, kindsOf } from '../schema/gate.ts';

/** Something of a gate that takes longer than a stage gives it. */
interface Need {
  readonly field: readonly string[];
  readonly duration: number;
  readonly what: string;
  /** What a shorter hold means. */
  readonly loss: string;
}

/** Every stage that a gate judges holds long enough for it to say something. */
export function checkGateTimes({ gate, path, stages }: PlacedGate): Finding[] {
  const [kind, second] = kindsOf(gate);
  const need = kind !== undefined && second === undefined ? needOf(kind, gate) : null;
  const tooShort = stages.filter(({ hold }) => need !== null && hold < need.duration);
  if (need === null || tooShort.length === 0) return [];
  const holds = listNames(tooShort.map(({ name, hold }) => `${name ?? ''} (${formatDuration(hold)})`));
  const given = `${need.what} of ${formatDuration(need.duration)} is longer than the hold of ${holds}`;
  const message = `${given}, so ${need.loss}: shorten it or hold longer`;
  return [{ path: [...path, ...need.field], message }];
}

function needOf(kind: GateKind, gate: GateOutline): Need | null {
  switch (kind) {
    case 'errors':
    case 'slowRequests': {
      const duration = gate.interval ?? defaultCounterInterval[gate[kind]?.source ?? defaultCounterSource];
      return { field: ['interval'], duration, what: 'the interval', loss: 'the gate could never look' };
    }
    case 'successRate':
    case 'latency':
    case 'promql':
      return {
        field: ['window'],
        duration: gate.window,
        what: 'the window',
        loss: 'the gate could never take a sample',
      };
    case 'job':
      return {
        field: ['job', 'timeout'],
        duration: gate.job?.timeout ?? NaN,
        what: "the Job's timeout",
        loss: 'the stage could end before the Job does',
      };
    case 'http':
      return null;
  }
}
