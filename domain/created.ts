import type { Created, UndoEntry } from './rollout.ts';

/** Whether a run, or a step of one, made anything that could be removed. */
export function madeAnything(created: Partial<Created>): boolean {
  const made: readonly (boolean | readonly unknown[])[] = Object.values(created);
  return made.some((value) => (typeof value === 'boolean' ? value : value.length > 0));
}

/** Entries of an undo that take objects away; the application's is the last of them. */
const objectEntries = ['routes', 'subsets', 'gateway', 'application'];

/**
 * What of a ledger is left to remove after a run has taken things back itself. Objects are left until all of them are
 * known to be gone: to look for one that is gone does no harm.
 */
export function leftToRemove(created: Created, undone: readonly UndoEntry[]): Created {
  const isGone = (name: string) => undone.some((entry) => entry.name === name && entry.outcome === 'done');
  const hasFailed = undone.some(({ name, outcome }) => outcome === 'failed' && objectEntries.includes(name));
  const left = {
    ...created,
    cluster: created.cluster && !isGone('cluster'),
    mesh: created.mesh && !isGone('mesh'),
    namespaceLabel: created.namespaceLabel && !isGone('namespace label'),
  };
  const withoutObjects =
    isGone('application') && !hasFailed
      ? { ...left, objects: [], ...(left.backends && { backends: [] }) }
      : left;
  return isGone('add-ons') ? { ...withoutObjects, addons: [], exposed: [] } : withoutObjects;
}
