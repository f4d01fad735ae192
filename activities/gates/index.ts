import type { ActivityDeps } from '../deps.ts';
import { checkGates, type CheckGatesInput } from './check-gates.ts';
import { lastEvidence } from './last-evidence.ts';
import { watchStage, type WatchStageInput } from './watch-stage.ts';

export type { CheckGatesInput, WatchStageInput };
export type { StageEvidence } from './evidence.ts';
export type { StageWatch } from './watch-stage.ts';

/** Activities that judge a stage. */
export function createGateActivities(deps: Pick<ActivityDeps, 'clients' | 'draining'>) {
  return {
    checkGates: async (input: CheckGatesInput) => checkGates(deps, input),
    lastEvidence,
    watchStage: async (input: WatchStageInput) => watchStage(deps, input),
  };
}
