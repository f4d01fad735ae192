/** Names and messages by which the outside speaks to the workflows. */
import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { Created, ClusterConnection, Decision, RolloutStatus, UndoEntry } from '../domain/rollout.ts';

export const pauseSignal = defineSignal<[Partial<Decision>?]>('pause');
export const resumeSignal = defineSignal<[Partial<Decision>?]>('resume');
export const approveSignal = defineSignal<[Partial<Decision>?]>('approve');
export const abortSignal = defineSignal<[Partial<Decision>?]>('abort');

export const statusQuery = defineQuery<RolloutStatus>('status');

/** Argument of `rollout` and `canary`: the document as plain data, as YAML gives it. */
export interface RolloutInput {
  readonly document: unknown;
}

/** Argument of `teardown`: what an earlier run made. */
export interface TeardownInput {
  readonly connection: ClusterConnection;
  readonly namespace: string;
  readonly created: Created;
}

export interface TeardownResult {
  readonly undone: readonly UndoEntry[];
}
