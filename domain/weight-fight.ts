/** A fight over weights: another tool writes its own as often as a run writes its weights again. */
import { fightWindow, mostRewrites, rewritesOfFight } from './defaults.ts';
import type { Drift } from './rollout.ts';

/**
 * Whether a run should stop writing its weights again, and leave it to a person.
 * @param times ISO times at which other weights were found, the oldest first
 */
export function isFight(times: readonly string[]): boolean {
  if (times.length >= mostRewrites) return true;
  const first = times.at(-rewritesOfFight);
  const last = times.at(-1);
  if (first === undefined || last === undefined) return false;
  return Date.parse(last) - Date.parse(first) <= fightWindow;
}

/** When other weights were found: what was found at one time is one rewrite, of however many hosts. */
export function rewriteTimes(drifts: readonly Drift[]): string[] {
  return [...new Set(drifts.map(({ at }) => at))];
}

/** Who changed which object, and how often, in words; an object that several hosts share is named once. */
export function describeChanges(drifts: readonly Drift[]): string {
  const changes = Map.groupBy(drifts, ({ manager, object }) => `${writerOf(manager)} changed ${object}`);
  return [...changes]
    .map(([change, found]) => {
      const times = rewriteTimes(found).length;
      return times === 1 ? change : `${change} ${times} times`;
    })
    .join('; ');
}

/** A manager without the time of its latest write. */
function writerOf(manager: string): string {
  return manager.replace(/, [^,()]*\)$/, ')');
}
