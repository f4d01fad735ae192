import type { Created, ObjectRef, UndoEntry } from './rollout.ts';

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

/** What several runs made together, in the order of the runs and each object once. */
export function joinCreated(ledgers: readonly Created[]): Created {
  const listed = (name: 'objects' | 'backends' | 'addons' | 'exposed') =>
    distinct(ledgers.flatMap((ledger) => ledger[name] ?? []));
  const revisions = [...new Set(ledgers.flatMap((ledger) => (ledger.mesh ? (ledger.revisions ?? []) : [])))];
  const [backends, addons, exposed] = [listed('backends'), listed('addons'), listed('exposed')];
  return {
    cluster: ledgers.some(({ cluster }) => cluster),
    mesh: ledgers.some(({ mesh }) => mesh),
    ...(revisions.length > 0 && { revisions }),
    namespaceLabel: ledgers.some(({ namespaceLabel }) => namespaceLabel),
    objects: listed('objects'),
    ...(backends.length > 0 && { backends }),
    ...(addons.length > 0 && { addons }),
    ...(exposed.length > 0 && { exposed }),
  };
}

function distinct(refs: readonly ObjectRef[]): ObjectRef[] {
  const identity = ({ apiVersion, kind, namespace = '', name }: ObjectRef) =>
    JSON.stringify([apiVersion, kind, namespace, name]);
  // A key keeps the place where it came first.
  return [...new Map(refs.map((ref) => [identity(ref), ref])).values()];
}
