/** A rollout that runs, by way of Temporal's own client. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { endingOf } from '../../client/connection/ending.ts';
import { conclude, outcomes } from '../../client/follow/conclusion.ts';
import { defaultTaskQueue } from '../../domain/defaults.ts';
import type { RolloutResult, RolloutStatus } from '../../domain/rollout.ts';
import { formatIssue } from '../../domain/spec/parse.ts';
import { resolveDocument } from '../../domain/spec/resolve.ts';
import { rolloutId } from '../../domain/workflow-id.ts';
import type { PlainDocument } from './documents.ts';

const pollInterval = 100;

/** Milliseconds in which any rollout is aborted, restore and all. */
const abortLimit = 120_000;

export class Rollout {
  private readonly handle: WorkflowHandle;
  private readonly signal: AbortSignal;
  private readonly ending: Promise<RolloutResult>;

  private constructor(handle: WorkflowHandle, signal: AbortSignal) {
    this.handle = handle;
    this.signal = signal;
    this.ending = resultOf(handle);
    // Nobody may be waiting for it when it fails.
    this.ending.catch(() => undefined);
  }

  static async start(client: Client, document: PlainDocument, signal: AbortSignal): Promise<Rollout> {
    const resolved = resolveDocument(document);
    if ('issues' in resolved) {
      throw new Error(resolved.issues.map((issue) => formatIssue(issue, 'the document')).join('\n'));
    }
    const handle = await client.workflow.start(document.kind === 'Rollout' ? 'rollout' : 'canary', {
      workflowId: rolloutId(resolved.document),
      taskQueue: defaultTaskQueue,
      args: [{ document }],
    });
    return new Rollout(handle, signal);
  }

  async status(): Promise<RolloutStatus> {
    return await this.handle.query<RolloutStatus>('status');
  }

  /** How it ended; null if it has not within the milliseconds. */
  async end(limit: number): Promise<RolloutResult | null> {
    const waiting = new AbortController();
    const signal = AbortSignal.any([this.signal, waiting.signal]);
    try {
      return await Promise.race([this.ending, sleep(limit, null, { signal })]);
    } finally {
      waiting.abort();
    }
  }

  /** Waits until the status says so; null if it does not within the milliseconds. */
  async until(holds: (status: RolloutStatus) => boolean, limit: number): Promise<RolloutStatus | null> {
    for (const deadline = Date.now() + limit; Date.now() < deadline;) {
      const status = await this.status();
      if (holds(status)) return status;
      await sleep(pollInterval, undefined, { signal: this.signal });
    }
    return null;
  }

  /** Waits until the proxies have the weights of a stage. */
  async holding(stage: string): Promise<void> {
    const last = await this.until((status) => isOver(status) || holds(status, stage), observeLimit);
    if (last === null) throw new Error(`${stage} did not hold within ${observeLimit} ms`);
    if (isOver(last)) throw new Error(`it was ${last.phase} before ${stage} held: ${last.step}`);
  }

  /** Sends what the Web UI and `temporal workflow signal` send. */
  async abort(): Promise<void> {
    await this.handle.signal('abort', { by: 'bench', reason: 'the trial is over' });
  }

  /** Events in its history up to now. */
  async events(): Promise<number> {
    const { historyLength } = await this.handle.describe();
    return historyLength;
  }

  /** Build of the worker that did its latest workflow task; undefined where workers are not versioned. */
  async build(): Promise<string | undefined> {
    const { events } = await this.handle.fetchHistory();
    const latest = events?.findLast((event) => event.workflowTaskCompletedEventAttributes);
    return latest?.workflowTaskCompletedEventAttributes?.deploymentVersion?.buildId ?? undefined;
  }

  /** Ends it, if it is open. */
  async close(): Promise<void> {
    const { status } = await this.handle.describe();
    if (status.name !== 'RUNNING') return;
    await this.abort();
    const ended = await Promise.race([
      this.ending.then(() => true),
      sleep(abortLimit, false, { ref: false }),
    ]);
    if (!ended) throw new Error(`${this.handle.workflowId} was not aborted within ${abortLimit} ms`);
  }
}

const observeLimit = 60_000;

function isOver({ phase }: RolloutStatus): boolean {
  return outcomes.some((outcome) => outcome === phase);
}

function holds({ stages }: RolloutStatus, stage: string): boolean {
  return stages.some(({ name, observedAt }) => name === stage && observedAt !== null);
}

/** A rollout that failed carries its result all the same. */
async function resultOf(handle: WorkflowHandle): Promise<RolloutResult> {
  try {
    return (await handle.result()) as RolloutResult;
  } catch (error) {
    if (error instanceof WorkflowFailedError) return conclude(endingOf(error)).result;
    throw error;
  }
}
