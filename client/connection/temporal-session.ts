import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  type WorkflowExecutionDescription,
  type WorkflowExecutionInfo,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import {
  decodeArrayFromPayloads,
  decodeOptionalFailureToOptionalError,
} from '@temporalio/common/lib/internal-non-workflow/index.js';
import { readLiveEvidence } from '../../domain/live-evidence.ts';
import { messageOf } from '../../domain/message-of.ts';
import { markdownText } from '../../domain/plain-text.ts';
import type { Action, RolloutStatus } from '../../domain/rollout.ts';
import type { RestoreInput } from '../../workflows/messages.ts';
import { endingOf } from './ending.ts';
import { listQuery, unknownAttribute } from './list-query.ts';
import { livePollers } from './live-pollers.ts';
import type {
  Ending,
  Execution,
  Retry,
  RunFilter,
  RunRef,
  Session,
  StartRequest,
  Steering,
} from './session.ts';

/** How long one call may take: a server or worker that is away is asked again. */
const callTimeout = 5_000;

/** A session on a real server. */
export class TemporalSession implements Session {
  readonly address: string;
  readonly namespace: string;
  private readonly client: Client;

  constructor(client: Client, address: string) {
    this.client = client;
    this.address = address;
    this.namespace = client.options.namespace;
  }

  async pollers(taskQueue: string): Promise<number> {
    const request = {
      namespace: this.namespace,
      taskQueue: { name: taskQueue },
    };
    const { pollers } = await this.call(() => this.client.workflowService.describeTaskQueue(request));
    return livePollers(pollers, Date.now()).length;
  }

  async start({
    type,
    argument,
    whenOpen,
    summary,
    details,
    ...target
  }: StartRequest): Promise<RunRef | null> {
    try {
      const handle = await this.client.workflow.start(type, {
        ...target,
        args: [argument],
        workflowIdConflictPolicy: whenOpen === 'fail' ? 'FAIL' : 'USE_EXISTING',
        staticSummary: markdownText(summary),
        staticDetails: details,
      });
      return { workflowId: handle.workflowId, runId: handle.firstExecutionRunId };
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return null;
      throw error;
    }
  }

  async find(workflowId: string, runId?: string): Promise<Execution | null> {
    try {
      const handle = this.client.workflow.getHandle(workflowId, runId);
      const found = await this.call(() => handle.describe());
      const pending = found.raw.pendingActivities ?? [];
      const told = await this.heartbeats(pending);
      return {
        ...executionOf(found),
        doing: told.find((details) => typeof details === 'string') ?? null,
        live: told.map(readLiveEvidence).filter((evidence) => evidence !== null),
        retry: await this.retry(pending),
      };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return null;
      throw error;
    }
  }

  async status(run: RunRef): Promise<RolloutStatus> {
    return await this.call(() => this.handle(run).query<RolloutStatus>('status'));
  }

  async restoreInput(run: RunRef): Promise<RestoreInput | null> {
    return await this.call(() => this.handle(run).query<RestoreInput | null>('restore'));
  }

  async ending(run: RunRef): Promise<Ending> {
    try {
      return { kind: 'completed', value: await this.call(() => this.handle(run).result()) };
    } catch (error) {
      if (error instanceof WorkflowFailedError) return endingOf(error);
      throw error;
    }
  }

  async argument(run: RunRef): Promise<unknown> {
    const { history } = await this.call(() =>
      this.client.workflowService.getWorkflowExecutionHistory({
        namespace: this.namespace,
        execution: run,
        maximumPageSize: 1,
      }),
    );
    const payloads = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads;
    const [argument] = await decodeArrayFromPayloads(this.client.options.loadedDataConverter, payloads);
    return argument;
  }

  async signal(run: RunRef, action: Action, decision: Steering): Promise<void> {
    await this.call(() => this.handle(run).signal(action, decision));
  }

  async update(run: RunRef, action: Action, decision: Steering): Promise<string | null> {
    try {
      await this.call(() => this.handle(run).executeUpdate(action, { args: [decision] }));
      return null;
    } catch (error) {
      if (error instanceof WorkflowUpdateFailedError) return messageOf(error.cause ?? error);
      // It was open a moment ago.
      if (error instanceof WorkflowNotFoundError) return 'already finished';
      throw error;
    }
  }

  async list(filter: RunFilter, limit: number): Promise<Execution[]> {
    const found: Execution[] = [];
    try {
      for await (const info of this.client.workflow.list({ query: listQuery(filter), pageSize: limit })) {
        if (found.length === limit) break;
        found.push(executionOf(info));
      }
    } catch (error) {
      throw unknownAttribute(error) ?? error;
    }
    return found;
  }

  async close(): Promise<void> {
    await this.client.connection.close();
  }

  /** Steps that take long put a line in words into their heartbeats, watches of stages what they count. */
  private async heartbeats(activities: readonly PendingActivity[]): Promise<unknown[]> {
    const converter = this.client.options.loadedDataConverter;
    const decoded = activities.map(async ({ heartbeatDetails }) => {
      const [details] = await decodeArrayFromPayloads(converter, heartbeatDetails?.payloads);
      return details;
    });
    return await Promise.all(decoded);
  }

  /** Of several steps that are tried again, the one that failed most often. */
  private async retry(activities: readonly PendingActivity[]): Promise<Retry | null> {
    const [worst] = activities
      .filter(({ lastFailure }) => Boolean(lastFailure))
      .toSorted((a, b) => (b.attempt ?? 0) - (a.attempt ?? 0));
    if (worst === undefined) return null;
    const converter = this.client.options.loadedDataConverter;
    // Who lacks the key of an encrypted failure is still told that there is one.
    const failure = await decodeOptionalFailureToOptionalError(converter, worst.lastFailure).catch(
      (error: unknown) => error,
    );
    return { attempt: worst.attempt ?? 1, failure: messageOf(failure) };
  }

  private handle({ workflowId, runId }: RunRef) {
    return this.client.workflow.getHandle(workflowId, runId, { followRuns: false });
  }

  private async call<Result>(act: () => Promise<Result>): Promise<Result> {
    return await this.client.withDeadline(Date.now() + callTimeout, act);
  }
}

type PendingActivity = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];

type Listed = Pick<
  WorkflowExecutionInfo,
  'workflowId' | 'runId' | 'type' | 'status' | 'taskQueue' | 'startTime' | 'typedSearchAttributes'
> & { readonly closeTime?: Date | undefined };

function executionOf(info: Listed): Execution {
  return {
    workflowId: info.workflowId,
    runId: info.runId,
    type: info.type,
    state: info.status.name,
    taskQueue: info.taskQueue,
    startedAt: info.startTime.toISOString(),
    closedAt: info.closeTime?.toISOString() ?? null,
    doing: null,
    live: [],
    retry: null,
    attributes: keywordsOf(info.typedSearchAttributes),
  };
}

function keywordsOf(attributes: Listed['typedSearchAttributes']): Readonly<Record<string, string>> {
  const pairs = attributes.getAll().map(({ key, value }) => [key.name, value] as const);
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => typeof pair[1] === 'string'));
}
