/** Names and messages by which the outside speaks to the workflows. */
import { defineSearchAttributeKey, rawValueTypeInfo, SearchAttributeType } from '@temporalio/common';
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type {
  RawValue,
  SignalDefinition,
  SignalDefinitionOptions,
  TypeInfo,
  UpdateDefinition,
} from '@temporalio/common';
import type { ShiftTrafficInput } from '../activities/traffic/index.ts';
import type { ClusterSpec } from '../domain/spec/document.ts';
import type {
  Action,
  ClusterConnection,
  Created,
  PromoteDecision,
  RecordedDecision,
  RolloutStatus,
  UndoEntry,
  Weights,
} from '../domain/rollout.ts';

/** The argument of updates, and of signals once it is decoded; whoever sends one by hand may leave anything out. */
export type SteeringArgument = Partial<PromoteDecision>;

/**
 * Arguments of signals, however many: payloads as they came. The SDK would decode them before it asks a handler, and
 * one that it cannot decode would fail the workflow's task, again and again, for as long as the run is open.
 */
const asTheyCame: SignalDefinitionOptions = {
  typeInfo: { inputTypes: new Proxy<TypeInfo[]>([], { get: () => rawValueTypeInfo }) },
};

/** Every action as a signal: it never fails, and one that does not apply is recorded only. */
export const signals: Readonly<Record<Action, SignalDefinition<[RawValue?]>>> = {
  pause: defineSignal('pause', asTheyCame),
  resume: defineSignal('resume', asTheyCame),
  approve: defineSignal('approve', asTheyCame),
  promote: defineSignal('promote', asTheyCame),
  retry: defineSignal('retry', asTheyCame),
  abort: defineSignal('abort', asTheyCame),
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

/** What `restore` takes to put the traffic back that the run has touched; null while it has touched none. */
export const restoreQuery = defineQuery<RestoreInput | null>('restore');

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
  /** Removes routes wherever requests go then, to pods of other versions too. */
  readonly releaseTraffic?: boolean;
}

export interface TeardownResult {
  readonly undone: readonly UndoEntry[];
}

/** Argument of `restore`: where traffic went before an earlier run changed it. */
export type RestoreInput = Omit<ShiftTrafficInput, 'restoring'>;

export interface RestoreResult {
  /** What the proxies were seen with. */
  readonly weights: Weights;
  readonly warnings: readonly string[];
}

/** What a teardown would leave, though a run made it. */
export interface TeardownPlan {
  /** Why the mesh stays; null where it would be removed. */
  readonly meshKept: string | null;
}

/** Argument of the workflow `plan`. */
export interface PlanInput {
  readonly cluster: ClusterSpec;
}
