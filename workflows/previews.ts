/** Services that lead to a candidate alone, from before the first stage until the rollout ends. */
import { previewed } from '../domain/previews.ts';
import { mutate, remove } from './activities.ts';
import type { Delivery } from './run.ts';

/** Opens the previews of the spec, where it has any. */
export async function openPreviews({ run, connection, spec, previews }: Delivery): Promise<void> {
  const { namespace, services, routing, observeTimeout } = spec;
  if (previewed(services).length === 0) return;
  const args = { connection, namespace, services, routing, observeTimeout };
  const { warnings } = await run.change('opening previews', mutate.applyPreviews, args, ({ created }) => {
    previews.push(...created);
    run.status.made({ objects: created });
  });
  warnings.forEach((warning) => run.status.warn(warning));
}

/**
 * Closes what this run has opened, however it ended: after it there is nothing left to look at beforehand.
 * @returns what was done in words; null if there was nothing to do
 */
export async function closePreviews({ connection, previews }: Delivery): Promise<string | null> {
  if (previews.length === 0) return null;
  await remove.removeObjects({ connection, objects: previews });
  return 'removed';
}
