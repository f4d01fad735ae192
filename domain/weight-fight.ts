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

/**
 * Who changed which object, how often, and what keeps them from it, in words.
 * @returns each object once, however many hosts share it
 */
export function describeChanges(drifts: readonly Drift[]): string {
  const changes = Map.groupBy(drifts, (drift) => `${writerOf(drift)} changed ${drift.object}`);
  const told = [...changes].map(([change, found]) => {
    const times = rewriteTimes(found).length;
    return times === 1 ? change : `${change} ${times} times`;
  });
  return [told.join('; '), ...remediesOf(drifts)].join(': ');
}

/** What keeps tools from changing the weights, once each. */
export function remediesOf(drifts: readonly Drift[]): string[] {
  const remedies = new Set(drifts.flatMap(({ keeper }) => keeper?.remedy ?? []));
  return remedies.size === 0 ? [] : [`${[...remedies].join('; ')} (docs/gitops.md)`];
}

/** A writer without the time of its latest write: the tool where it is known, else the manager. */
function writerOf({ manager, keeper }: Drift): string {
  return keeper?.name ?? manager.replace(/, [^,()]*\)$/, ')');
}
