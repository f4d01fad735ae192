/** What people decide about a run while it runs. */
import { ApplicationFailure, condition, log, setHandler } from '@temporalio/workflow';
import { FailureType } from '../domain/failure.ts';
import type { Action, RecordedDecision } from '../domain/rollout.ts';
import type { StageSpec } from '../domain/spec/document.ts';
import { signals, updates } from './messages.ts';
import { type Proposal, readProposal } from './proposal.ts';
import { type Question, refusalOf, type Situation } from './refusals.ts';

const actions: readonly Action[] = ['pause', 'resume', 'approve', 'promote', 'retry', 'abort'];

export class Steering implements Situation {
  over: string | null = null;
  paused: RecordedDecision | null = null;
  aborted: RecordedDecision | null = null;
  skipped: RecordedDecision | null = null;
  promoted: RecordedDecision | null = null;
  holding = false;
  ahead: readonly StageSpec[] | null = null;
  question: Question | null = null;
  readonly decisions: RecordedDecision[] = [];
  /** The decision that answered the latest question, once there is one. */
  answer: RecordedDecision | null = null;
  private readonly onAbort: () => void;
  private readonly onChange: () => void;

  /**
   * Listens from the first moment: signals that came before the run's first step are heard as well.
   * @param onAbort cancels what is being done
   * @param onChange is told of every decision
   */
  constructor(onAbort: () => void, onChange: () => void) {
    this.onAbort = onAbort;
    this.onChange = onChange;
  }

  listen(): void {
    for (const action of actions) {
      setHandler(signals[action], (argument?: unknown) => void this.hear(readProposal(action, argument)));
      setHandler(updates[action], (argument?: unknown) => this.hear(readProposal(action, argument)), {
        validator: (argument?: unknown) => this.admit(readProposal(action, argument)),
      });
    }
  }

  /** Whether the run stands still until a person says something. */
  get waits(): boolean {
    return this.paused !== null || this.question !== null;
  }

  /** Waits until nobody has paused the run. */
  async unpaused(): Promise<void> {
    await condition(() => !this.paused);
  }

  /** Asks a person for as long as `waiting` takes; what was said before it was asked, or twice, is no answer. */
  async ask<T>(question: Question, waiting: () => Promise<T>): Promise<T> {
    this.answer = null;
    this.question = question;
    try {
      return await waiting();
    } finally {
      this.question = null;
    }
  }

  /** Opens a hold, which can be skipped, for as long as `holding` takes. */
  async hold<T>(holding: () => Promise<T>): Promise<T> {
    this.holding = true;
    this.skipped = this.promoted;
    try {
      return await holding();
    } finally {
      this.holding = false;
    }
  }

  /** Decides for the run itself. */
  decide(action: 'pause' | 'approve', reason: string): RecordedDecision {
    const decision = record({ action, by: 'sluice', reason });
    this.decisions.push(decision);
    if (action === 'pause') this.paused ??= decision;
    this.onChange();
    return decision;
  }

  /** Lifts a pause by another decision than `resume`. */
  lift(): void {
    this.paused = null;
  }

  /** Closes the run to decisions: what comes now is recorded only. */
  close(over: string): void {
    this.over ??= over;
    this.ahead = null;
  }

  /** Notes a cancellation that Temporal asked for: it means abort. */
  noteCancellation(): void {
    if (this.aborted) return;
    this.aborted = record({ action: 'abort', by: 'temporal', reason: 'the workflow was cancelled' });
    this.decisions.push(this.aborted);
  }

  private admit(proposal: Proposal): void {
    const refusal = refusalOf(proposal, this);
    if (refusal) throw ApplicationFailure.nonRetryable(refusal, FailureType.refused);
  }

  private hear(proposal: Proposal): RecordedDecision {
    const decision = record(proposal);
    const refusal = refusalOf(proposal, this);
    const { action, by, reason } = decision;
    log.info(`${action} by ${by}${refusal ? ` has no effect: ${refusal}` : ''}`, { reason });
    this.decisions.push(decision);
    if (!refusal) this.take(decision);
    this.onChange();
    return decision;
  }

  private take(decision: RecordedDecision): void {
    if (this.question?.answers.includes(decision.action)) this.answer ??= decision;
    this.effects[decision.action](decision);
  }

  private readonly effects: Readonly<Record<Action, (decision: RecordedDecision) => void>> = {
    pause: (decision) => (this.paused = decision),
    resume: () => (this.paused = null),
    approve: () => undefined,
    promote: (decision) => this.promote(decision),
    retry: () => undefined,
    abort: (decision) => this.abort(decision),
  };

  private promote(decision: RecordedDecision): void {
    this.skipped = decision;
    if (decision.full) this.promoted = decision;
    this.paused = null;
  }

  private abort(decision: RecordedDecision): void {
    this.aborted = decision;
    this.close(`already aborted by ${decision.by}`);
    this.onAbort();
  }
}

function record(proposal: Proposal): RecordedDecision {
  return { ...proposal, at: new Date().toISOString() };
}
