import type { Created } from './rollout.ts';

/** Whether a run, or a step of one, made anything that could be removed. */
export function madeAnything({ objects = [], ...flags }: Partial<Created>): boolean {
  return objects.length > 0 || Object.values(flags).some(Boolean);
}
