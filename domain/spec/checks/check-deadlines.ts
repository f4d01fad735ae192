import { formatDuration } from '../../duration.ts';
import type { Finding } from '../issues.ts';
import { type Outline, present, type StageOutline } from '../outline.ts';
import { show } from '../show.ts';

/** Deadlines leave time for the holds that they are to bound. */
export function checkDeadlines(outline: Outline): Finding[] {
  const stages = present(outline.stages);
  return [
    ...stages.flatMap(({ entry, index }) => checkStage(entry, index)),
    ...checkWhole(
      outline.progressDeadline,
      stages.map(({ entry }) => entry),
    ),
  ];
}

function checkStage({ name, hold, progressDeadline }: StageOutline, index: number): Finding[] {
  if (progressDeadline === null || !(hold > progressDeadline)) return [];
  const given = `the progressDeadline of ${formatDuration(progressDeadline)}`;
  const message = `${given} is shorter than the hold of stage ${show(name)}, ${formatDuration(hold)}: the stage could never end in time`;
  return [{ path: ['spec', 'stages', index, 'progressDeadline'], message }];
}

function checkWhole(deadline: number | null, stages: readonly StageOutline[]): Finding[] {
  const holds = stages.reduce((sum, { hold }) => sum + hold, 0);
  if (deadline === null || !(holds > deadline)) return [];
  const given = `the progressDeadline of ${formatDuration(deadline)}`;
  const message = `${given} is shorter than the holds of all stages together, ${formatDuration(holds)}: the rollout could never end in time`;
  return [{ path: ['spec', 'progressDeadline'], message }];
}
