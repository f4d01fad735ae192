/** How long each class of activity may take, and how often it is tried; each with its reason. */
import type { RetryPolicy } from '@temporalio/common';
import type { ActivityOptions, LocalActivityOptions } from '@temporalio/workflow';
import { FailureType } from '../domain/failure.ts';
import { maxCheckTimeout, maxDuration, maxObserveTimeout } from '../domain/defaults.ts';

/**
 * Counted in attempts, not in time: a worker that is away for an hour uses up none.
 * 36 attempts at these intervals bridge about five minutes of an API server that is away.
 */
const bridgeOutage: RetryPolicy = {
  initialInterval: '500ms',
  backoffCoefficient: 2,
  maximumInterval: '10s',
  maximumAttempts: 36,
  nonRetryableErrorTypes: Object.values(FailureType),
};

/** Calls of milliseconds, run inside the workflow task: one history event each instead of six. */
export const quickOptions: LocalActivityOptions = {
  startToCloseTimeout: '20s',
  retry: bridgeOutage,
  // A longer wait becomes a timer, so that the workflow task is free for signals meanwhile.
  localRetryThreshold: '2s',
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
};

/** Beyond the deadlines that an activity keeps itself, in ms: they end it, with a reason, and Temporal's only an activity that hangs. */
const margin = 10 * 60_000;

/** Looks and waits that change nothing: whoever cancels need not wait for them. */
export const readOptions: ActivityOptions = {
  startToCloseTimeout: maxCheckTimeout + margin,
  heartbeatTimeout: '20s',
  retry: bridgeOutage,
  cancellationType: 'TRY_CANCEL',
};

/**
 * Changes. Their end is always learned, even when cancelled: what follows must not race with them.
 * Cancellation travels with heartbeats, which the SDK sends at 80 % of the timeout at most.
 */
export const mutateOptions: ActivityOptions = {
  // A shift waits for pods and for proxies, each as long as `observeTimeout`.
  startToCloseTimeout: 2 * maxObserveTimeout + margin,
  heartbeatTimeout: '10s',
  retry: bridgeOutage,
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
};

/** Changes that build or download: a first lab compiles its own control plane. */
export const longOptions: ActivityOptions = { ...mutateOptions, startToCloseTimeout: '2h' };

/** A watch without a deadline lasts as long as a pause may. */
export const watchLimit = maxDuration;

/** Beyond its deadline a watch that nobody runs counts as inconclusive, which has its own way on. */
export const watchGrace = 10 * 60_000;

/**
 * The watch over a stage. Tried again for as long as it may take, because it resumes from its heartbeat. A cancelled
 * watch answers with what it has seen; the workflow goes on at once and notes the answer when it comes.
 */
export const watchOptions: ActivityOptions = {
  startToCloseTimeout: watchLimit,
  heartbeatTimeout: '10s',
  retry: { ...bridgeOutage, maximumAttempts: Infinity },
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
};

/** Reading what cancelled watches saw: by then all else is done, so a server that is away is not waited for. */
export const evidenceOptions: LocalActivityOptions = {
  startToCloseTimeout: '1s',
  retry: { maximumAttempts: 1 },
};

/** Putting traffic back: worth an hour of an API server that is away (attempts every 10 s at most). */
export const restoreOptions: ActivityOptions = {
  ...mutateOptions,
  retry: { ...bridgeOutage, initialInterval: '200ms', maximumInterval: '5s', maximumAttempts: 720 },
  // Only an early restore is ever cancelled, by the second one that replaces it.
  cancellationType: 'TRY_CANCEL',
};

/** How many times `observeTimeout` the proxies get to follow when traffic is put back. */
export const restoreLooks = 3;

/** Telling people: a receiver that is away for a minute is not told, and everything else goes on. */
export const noticeOptions: ActivityOptions = {
  startToCloseTimeout: '20s',
  scheduleToCloseTimeout: '1m',
  retry: { ...bridgeOutage, maximumAttempts: 3 },
};

/** Removing what the run created; finalizers and a mesh take minutes, the stacks of an EKS cluster half an hour. */
export const removeOptions: ActivityOptions = {
  ...mutateOptions,
  startToCloseTimeout: 2 * maxObserveTimeout + 2 * margin,
};

/** How long a cancelled change may take to stop before the undo goes on without it. */
export const stopTimeout = 60_000;
