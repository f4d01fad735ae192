import { formatDuration } from '../../duration.ts';
import type { Finding } from '../issues.ts';
import { listNames } from '../list-names.ts';
import { needsOfOutline, type PlacedGate } from '../outline.ts';

/** Every stage that a gate judges holds long enough for it to say something. */
export function checkGateTimes({ gate, path, stages }: PlacedGate): Finding[] {
  const [kind, second] = needsOfOutline(gate);
  const need = kind !== undefined && second === undefined ? kind.needs.hold(kind.settings) : null;
  const tooShort = stages.filter(({ hold }) => need !== null && hold < need.duration);
  if (need === null || tooShort.length === 0) return [];
  const holds = listNames(tooShort.map(({ name, hold }) => `${name ?? ''} (${formatDuration(hold)})`));
  const given = `${need.what} of ${formatDuration(need.duration)} is longer than the hold of ${holds}`;
  const message = `${given}, so ${need.loss}: shorten it or hold longer`;
  return [{ path: [...path, ...need.field], message }];
}
