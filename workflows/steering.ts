/** What people decide about a run while it runs. */
import type { SignalDefinition } from '@temporalio/workflow';
import { condition, log, setHandler } from '@temporalio/workflow';
import type { Decision, RecordedDecision } from '../domain/rollout.ts';
import { abortSignal, approveSignal, pauseSignal, resumeSignal } from './messages.ts';

type Action = RecordedDecision['action'];

export class Steering {
  paused: RecordedDecision | null = null;
  aborted: RecordedDecision | null = null;
  readonly decisions: RecordedDecision[] = [];
  /** The decision that ended the last wait for a person. */
  private answer: RecordedDecision | null = null;
  /** Actions that answer what a person is being asked now. */
  private asked: readonly Action[] = [];
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
    this.on(pauseSignal, 'pause', (decision) => (this.paused ??= decision));
    this.on(resumeSignal, 'resume', () => (this.paused = null));
    this.on(approveSignal, 'approve', () => undefined);
    this.on(abortSignal, 'abort', (decision) => this.abort(decision));
  }

  /** Waits until nobody has paused the run. */
  async unpaused(): Promise<void> {
    await condition(() => !this.paused);
  }

  /** Opens a question; an answer that came before it was asked, or twice, does not count. */
  ask(actions: readonly Action[]): void {
    this.answer = null;
    this.asked = actions;
  }

  /** The decision that answered the open question, once there is one. */
  get answered(): RecordedDecision | null {
    return this.answer;
  }

  /** Pauses for a reason of the run's own. */
  pauseItself(reason: string): void {
    const decision = record('pause', { by: 'sluice', reason });
    this.decisions.push(decision);
    this.paused ??= decision;
  }

  /** Lifts a pause by another decision than `resume`. */
  lift(): void {
    this.paused = null;
  }

  /** Notes a cancellation that Temporal asked for: it means abort. */
  noteCancellation(): void {
    if (this.aborted) return;
    this.aborted = record('abort', { by: 'temporal', reason: 'the workflow was cancelled' });
    this.decisions.push(this.aborted);
  }

  private abort(decision: RecordedDecision): void {
    this.aborted ??= decision;
    this.onAbort();
  }

  private on(
    signal: SignalDefinition<[Partial<Decision>?]>,
    action: Action,
    apply: (decision: RecordedDecision) => void,
  ): void {
    setHandler(signal, (argument: unknown) => {
      const decision = record(action, readDecision(argument));
      log.info(`${action} by ${decision.by}`, { reason: decision.reason });
      this.decisions.push(decision);
      if (this.asked.includes(action)) this.answer ??= decision;
      apply(decision);
      this.onChange();
    });
  }
}

/** Signals come from the Web UI and from scripts too: whatever they carry, the decision counts. */
export function readDecision(argument: unknown): Decision {
  if (typeof argument === 'string') return { by: 'unknown', reason: clip(argument) };
  const { by, reason }: { by?: unknown; reason?: unknown } = isRecord(argument) ? argument : {};
  return { by: clip(by) || 'unknown', reason: clip(reason) };
}

const longestText = 1_000;

function clip(text: unknown): string {
  return typeof text === 'string' ? text.trim().slice(0, longestText) : '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function record(action: Action, decision: Decision): RecordedDecision {
  return { action, ...decision, at: new Date().toISOString() };
}
