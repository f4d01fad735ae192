/** The moments of a run, as they come. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RolloutStatus } from '../../../domain/rollout.ts';
import { type Moment, stages } from '../plan/plan.ts';

type At = Moment['at'];

const order: readonly At[] = ['start', ...stages, 'teardown'];

const pollInterval = 150;

/** Where a rollout can be looked at. */
export interface Followed {
  /** Id of the latest run. */
  readonly latest: () => Promise<string | null>;
  readonly ask: () => Promise<RolloutStatus>;
}

export class Moments {
  private readonly reachedAt = new Map(
    order.map((at) => [at, Promise.withResolvers<number | null>()] as const),
  );
  private readonly over = new Set<At>();

  /** When a moment came, in ms since 1970; null when it does not come any more. */
  async reached(at: At): Promise<number | null> {
    return (await this.reachedAt.get(at)?.promise) ?? null;
  }

  /** Whether the part of the run in which the moment lies is over: there is nothing left to disturb. */
  isOver(at: At): boolean {
    return this.over.has(at);
  }

  reach(at: At): void {
    this.reachedAt.get(at)?.resolve(Date.now());
  }

  /** The rollout has ended: stages that did not come will not. */
  endRollout(): void {
    for (const at of order.slice(0, -1)) this.close(at);
  }

  end(): void {
    for (const at of order) this.close(at);
  }

  /** Follows a rollout until it is ended; one that does not answer says nothing, and neither does the one before it. */
  async follow({ latest, ask }: Followed, before: string | null, signal: AbortSignal): Promise<void> {
    while (!this.over.has('start')) {
      const runId = await latest().catch(() => before);
      if (runId !== before) this.reach('start');
      const status = runId === before ? null : await ask().catch(() => null);
      for (const { name, observedAt } of status?.stages ?? [])
        if (observedAt !== null) this.reach(name as At);
      await sleep(pollInterval, undefined, { signal });
    }
  }

  private close(at: At): void {
    this.over.add(at);
    this.reachedAt.get(at)?.resolve(null);
  }
}
