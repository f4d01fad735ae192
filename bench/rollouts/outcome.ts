import type { RolloutResult, RolloutStatus } from '../../domain/rollout.ts';
import type { Rollout } from './rollout.ts';
import type { Trial } from './trial.ts';

/** How a rollout ended within the milliseconds, or where it is by then. */
export async function outcomeOf(rollout: Rollout, limit: number): Promise<Pick<Trial, 'outcome' | 'reason'>> {
  const result = await rollout.end(limit);
  return result === null ? openAt(await rollout.status()) : endedAs(result);
}

function endedAs({ outcome, reason }: RolloutResult): Pick<Trial, 'outcome' | 'reason'> {
  return { outcome, reason };
}

function openAt({ phase, step }: RolloutStatus): Pick<Trial, 'outcome' | 'reason'> {
  return { outcome: `open (${phase})`, reason: step };
}
