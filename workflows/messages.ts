/** Names and messages by which the outside speaks to the workflows. */
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { SignalDefinition, UpdateDefinition } from '@temporalio/common';
import type { ClusterSpec } from '../domain/spec/document.ts';
import type {
  Action,
  ClusterConnection,
  Created,
  PromoteDecision,
  RecordedDecision,
  RolloutStatus,
  UndoEntry,
} from '../domain/rollout.ts';

/** The argument of signals and updates; whoever sends one by hand may leave anything out. */
export type SteeringArgument = Partial<PromoteDecision>;

/** Every action as a signal: it never fails, and one that does not apply is recorded only. */
export const signals: Readonly<Record<Action, SignalDefinition<[SteeringArgument?]>>> = {
  pause: defineSignal('pause'),
  resume: defineSignal('resume'),
  approve: defineSignal('approve'),
  promote: defineSignal('promote'),
  retry: defineSignal('retry'),
  abort: defineSignal('abort'),
};

/** Every action as an update: one that does not apply is refused with the reason, and changes nothing. */
export const updates: Readonly<Record<Action, UpdateDefinition<RecordedDecision, [SteeringArgument?]>>> = {
  pause: defineUpdate('pause'),
  resume: defineUpdate('resume'),
  approve: defineUpdate('approve'),
  promote: defineUpdate('promote'),
  retry: defineUpdate('retry'),
  abort: defineUpdate('abort'),
};

export const statusQuery = defineQuery<RolloutStatus>('status');

/** Search attributes that every rollout keeps up to date; a namespace needs them before a worker starts. */
export const searchAttributes = {
  service: defineSearchAttributeKey('SluiceService', SearchAttributeType.KEYWORD),
  cluster: defineSearchAttributeKey('SluiceCluster', SearchAttributeType.KEYWORD),
  stage: defineSearchAttributeKey('SluiceStage', SearchAttributeType.KEYWORD),
  outcome: defineSearchAttributeKey('SluiceOutcome', SearchAttributeType.KEYWORD),
};

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

/** Argument of the workflow `plan`. */
export interface PlanInput {
  readonly cluster: ClusterSpec;
}
