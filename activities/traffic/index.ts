import type { ActivityDeps } from '../deps.ts';
import { applyPreviews } from './subsets/apply-previews.ts';
import { applySubsets, type ApplySubsetsInput } from './subsets/apply-subsets.ts';
import {
  claimTargets,
  lockTargets,
  releaseTargets,
  type ClaimedTargets,
  type ClaimTargetsInput,
  type LockTargetsInput,
  type ReleaseTargetsInput,
} from './claim/claim-targets.ts';
import { removeRoutes, type RemoveRoutesInput } from './remove-routes.ts';
import { removeSubsets, type RemoveSubsetsInput } from './subsets/remove-subsets.ts';
import { shiftTraffic, type ShiftTrafficInput } from './shift-traffic.ts';

export type {
  ApplySubsetsInput,
  ClaimedTargets,
  ClaimTargetsInput,
  LockTargetsInput,
  ReleaseTargetsInput,
  RemoveRoutesInput,
  RemoveSubsetsInput,
  ShiftTrafficInput,
};
export type { Capacity } from './capacity.ts';
export { checkDrift, type DriftCheck } from './check-drift.ts';
export type { RoutedBy } from './routing/router-of.ts';
export type { PreviousRouting } from './routing/previous-routing.ts';
export type { Shift } from './shift-traffic.ts';

/** Activities that steer the traffic of services. */
export function createTrafficActivities(deps: ActivityDeps) {
  return {
    claimTargets: async (input: ClaimTargetsInput) => claimTargets(deps, input),
    lockTargets: async (input: LockTargetsInput) => lockTargets(deps, input),
    releaseTargets: async (input: ReleaseTargetsInput) => releaseTargets(deps, input),
    applySubsets: async (input: ApplySubsetsInput) => applySubsets(deps, input),
    applyPreviews: async (input: ApplySubsetsInput) => applyPreviews(deps, input),
    removeRoutes: async (input: RemoveRoutesInput) => removeRoutes(deps, input),
    removeSubsets: async (input: RemoveSubsetsInput) => removeSubsets(deps, input),
    shiftTraffic: async (input: ShiftTrafficInput) => shiftTraffic(deps, input),
  };
}
