/** What Temporal wrote down of a run, as far as the checks need it. */
import type { WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { tsToMs } from '@temporalio/common/lib/time.js';

/** An activity of a run, by the server's clock (ms since 1970). */
export interface ActivityRecord {
  readonly type: string;
  readonly input: unknown;
  readonly scheduledAt: number;
  /** Null for one that has not ended well. */
  readonly completedAt: number | null;
  /** Which of its attempts was the last. */
  readonly attempts: number;
  readonly result: unknown;
}

export interface RunHistory {
  readonly events: number;
  readonly activities: readonly ActivityRecord[];
  /** Null while it is open. */
  readonly closedAt: number | null;
}

type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;
type Event = NonNullable<History['events']>[number];

/** Reads a history, as the client fetches it. */
export function readHistory({ events }: History): RunHistory {
  const all = events ?? [];
  const last = all.at(-1);
  const isClosed = Object.keys(last ?? {}).some(
    (key) => /^workflowExecution(Completed|Failed|Term|Time)/.test(key) && Reflect.get(last ?? {}, key),
  );
  return {
    events: all.length,
    activities: all.flatMap((event) => activityOf(event, all)),
    closedAt: isClosed && last !== undefined ? timeOf(last) : null,
  };
}

function activityOf(event: Event, all: readonly Event[]): ActivityRecord[] {
  const scheduled = event.activityTaskScheduledEventAttributes;
  if (!scheduled) return [];
  const of = (id: unknown) => String(id) === String(event.eventId);
  const started = all.find((one) => of(one.activityTaskStartedEventAttributes?.scheduledEventId));
  const completed = all.find((one) => of(one.activityTaskCompletedEventAttributes?.scheduledEventId));
  return [
    {
      type: scheduled.activityType?.name ?? '',
      input: valueOf(scheduled.input?.payloads),
      scheduledAt: timeOf(event),
      completedAt: completed === undefined ? null : timeOf(completed),
      attempts: started?.activityTaskStartedEventAttributes?.attempt ?? 0,
      result: valueOf(completed?.activityTaskCompletedEventAttributes?.result?.payloads),
    },
  ];
}

function timeOf({ eventTime }: Event): number {
  return eventTime ? tsToMs(eventTime) : 0;
}

function valueOf(
  payloads: Parameters<typeof defaultPayloadConverter.fromPayload>[0][] | null | undefined,
): unknown {
  const [first] = payloads ?? [];
  return first === undefined ? undefined : defaultPayloadConverter.fromPayload(first);
}
