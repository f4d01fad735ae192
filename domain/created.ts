import type { Created } from './rollout.ts';

/** Whether a run, or a step of one, made anything that could be removed. */
export function madeAnything(created: Partial<Created>): boolean {
  const made: readonly (boolean | readonly unknown[])[] = Object.values(created);
  return made.some((value) => (typeof value === 'boolean' ? value : value.length > 0));
}
