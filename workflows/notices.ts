/** Telling people of events: it never stops a run, and never keeps one waiting. */
import { CancellationScope, workflowInfo } from '@temporalio/workflow';
import type { NotificationSpec, NotifiedEvent } from '../domain/spec/document.ts';
import { notice, quick } from './activities.ts';
import { describeFailure } from './failures.ts';

/** Something that happened. */
export interface Notice {
  readonly event: NotifiedEvent;
  readonly stage: string | null;
  readonly message: string;
}

export class Notices {
  /** Who wants to be told; nobody before the document is read. */
  receivers: readonly NotificationSpec[] = [];
  private readonly sending = new Set<Promise<void>>();
  private readonly warn: (text: string) => void;

  /** @param warn is told of every receiver that could not be told */
  constructor(warn: (text: string) => void) {
    this.warn = warn;
  }

  /**
   * Tells while the run goes on. An activity of its own: during a local one no abort would be heard, for as long as
   * a receiver is slow.
   */
  tell(told: Notice): void {
    if (!this.wanted(told)) return;
    const sent = CancellationScope.nonCancellable(() => this.send(notice.notify, told)).finally(() =>
      this.sending.delete(sent),
    );
    this.sending.add(sent);
  }

  /** Tells how the run ended, once everything else was told: by then a local activity keeps nobody waiting. */
  async conclude(told: Notice): Promise<void> {
    await Promise.all(this.sending);
    if (this.wanted(told)) await this.send(quick.notify, told);
  }

  private wanted({ event }: Notice): boolean {
    return this.receivers.some(({ on }) => on.includes(event));
  }

  private async send(notify: typeof notice.notify, { event, stage, message }: Notice): Promise<void> {
    const { workflowId: rollout } = workflowInfo();
    const args = { notifications: this.receivers, event, rollout, stage, message };
    try {
      const { failed } = await notify.executeWithOptions({ summary: `telling of ${event}` }, [args]);
      for (const { url, reason } of failed) this.warn(`${url} was not told of ${event}: ${reason}`);
    } catch (error) {
      this.warn(`nobody was told of ${event}: ${describeFailure(error).message}`);
    }
  }
}
