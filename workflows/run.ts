/** One run of a delivery: its state, its steps, and what must be undone if it does not end well. */
import { CancellationScope, setHandler } from '@temporalio/workflow';
import { madeAnything } from '../domain/created.ts';
import { changedNothing } from '../domain/failure.ts';
import { markdownText } from '../domain/plain-text.ts';
import type { ClusterConnection, Created, ObjectRef, UndoEntry } from '../domain/rollout.ts';
import type { DeliverySpec } from '../domain/spec/document.ts';
import type { Answer, Step } from './activities.ts';
import { UndoStack } from './compensation.ts';
import { describeFailure } from './failures.ts';
import { statusQuery } from './messages.ts';
import { Notices } from './notices.ts';
import { Status } from './status.ts';
import { Steering } from './steering.ts';

/** What the delivery itself needs, once the document is read and the cluster is there. */
export interface Delivery {
  readonly run: Run;
  readonly spec: DeliverySpec;
  readonly connection: ClusterConnection;
  /** Whether the services were claimed, or were about to be. */
  claimed: boolean;
  /** Pods that each service's stable subset had when it was claimed: what a shift has to have room for. */
  capacity: Answer<'claimTargets'>['capacity'];
  /** Hosts whose traffic this run has touched, or was about to. */
  readonly touched: Set<string>;
  /** What routes said before this run's first shift of each host. */
  previous: Answer<'claimTargets'>['previous'];
  /** Words of the latest shift. */
  shifting: string;
  /** Routing objects that this run made. */
  readonly routes: ObjectRef[];
  /** Services of previews that this run made. */
  readonly previews: ObjectRef[];
}

/** A step that makes something this run may have to remove. */
export interface Creation<Args, Result> {
  /** What it makes, as the report of the undo names it. */
  readonly name: string;
  readonly step: string;
  readonly activity: Step<Args, Result>;
  readonly args: Args;
  /** What of it this run made; what was there before is not listed. */
  readonly made: (result: Result) => Partial<Created>;
  readonly undo: (result: Result) => Promise<unknown>;
  /** Name of an earlier creation that has to be gone first; by default the newest goes first. */
  readonly undoneAfter?: string;
  /**
   * Removes what a step that did not end has left; answers by name what it was. Without it such a step is left as
   * it is.
   */
  readonly abandon?: () => Promise<readonly string[]>;
}

export class Run {
  /** The story runs in it; abort cancels it. */
  readonly scope = new CancellationScope({ cancellable: true });
  readonly steering = new Steering(
    () => this.scope.cancel(),
    () => this.status.publish(),
  );
  readonly status = new Status(this.steering);
  readonly notices = new Notices((warning) => this.status.warn(warning));
  /** How to remove what this run made. */
  readonly creations = new UndoStack();
  /** Whether that happens when the run does not end well. */
  removes = false;
  /** Changes that were begun and have not ended, also after the story gave up waiting for them. */
  readonly inFlight = new Set<string>();
  /** Watches that have not answered, also cancelled ones, for which nobody waits. */
  readonly openWatches = new Set<Promise<unknown>>();

  /** Null until there is a cluster; before that nothing can have been claimed or shifted. */
  delivery: Delivery | null = null;

  constructor() {
    setHandler(statusQuery, () => this.status.snapshot());
    this.steering.listen();
  }

  /** Notes what was taken back, or could not be. */
  readonly report = (entry: UndoEntry): void => {
    this.status.undone.push(entry);
    this.status.publish();
  };

  /** From here on there are services whose traffic may have to be put back. */
  deliver(spec: DeliverySpec, connection: ClusterConnection): Delivery {
    this.status.connection = connection;
    this.delivery = {
      run: this,
      spec,
      connection,
      claimed: false,
      capacity: {},
      touched: new Set(),
      previous: {},
      shifting: '',
      routes: [],
      previews: [],
    };
    return this.delivery;
  }

  /** A step that may be left at once when the run is cancelled. */
  async step<Args, Result>(words: string, activity: Step<Args, Result>, args: Args): Promise<Result> {
    this.status.enter(words);
    return await activity.executeWithOptions({ summary: markdownText(words) }, [args]);
  }

  /**
   * A step that changes something. Cancellation leaves it at once too, but it stays listed as in flight
   * until it has stopped, and what it made is noted whenever it ends.
   */
  async change<Args, Result>(
    words: string,
    activity: Step<Args, Result>,
    args: Args,
    note: (result: Result) => void,
  ): Promise<Result> {
    this.inFlight.add(words);
    const changing = this.step(words, activity, args)
      .then((result) => (note(result), result))
      .finally(() => this.inFlight.delete(words));
    return await Promise.race([changing, CancellationScope.current().cancelRequested]);
  }

  /** A change that makes something; its removal is registered before it acts. */
  async create<Args, Result>(creation: Creation<Args, Result>): Promise<Result> {
    const { name, step, activity, args, made, undo, undoneAfter, abandon } = creation;
    let outcome: { readonly result: Result | null } | null = null;
    this.creations.register({
      name,
      isHalfMade: () => !outcome && abandon !== undefined,
      run: async () => {
        if (!outcome) return await abandoned(abandon);
        const { result } = outcome;
        if (result === null || !madeAnything(made(result))) return null;
        await undo(result);
        return 'removed';
      },
      ...(undoneAfter !== undefined && { after: undoneAfter }),
    });
    try {
      return await this.change(step, activity, args, (result) => {
        outcome = { result };
        this.status.made(made(result));
      });
    } catch (error) {
      if (changedNothing.includes(describeFailure(error).type)) outcome = { result: null };
      throw error;
    }
  }
}

async function abandoned(abandon: Creation<never, never>['abandon']): Promise<string | null> {
  if (abandon === undefined)
    throw new Error('the step did not end, what of it this run made is not known: left as it is');
  const removed = await abandon();
  return removed.length > 0 ? `removed, it was not finished: ${removed.join(', ')}` : null;
}
