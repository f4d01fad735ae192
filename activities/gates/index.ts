import { watchStage } from './watch-stage.ts';

export type { StageWatch, WatchStageInput } from './watch-stage.ts';

/** Activities that judge a stage; all that they need of the world is in their input. */
export function createGateActivities() {
  return { watchStage };
}
