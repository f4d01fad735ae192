/** The bundle's one entry. */
export { rollout } from './rollout.ts';
export { canary } from './canary.ts';
export { restore } from './restore.ts';
export { teardown } from './teardown.ts';
export { plan, planTeardown } from './plan.ts';
