/**
 * Types of failures that no retry cures. Workflows decide by these strings, never by class,
 * because an error that crossed Temporal has lost its class.
 */
export const FailureType = {
  /** The document of the rollout is wrong: nothing was started. */
  invalidSpec: 'InvalidSpec',
  /** The input of a workflow or an activity is not what it takes: nothing was changed. */
  invalidInput: 'InvalidInput',
  /** The cluster does not have what the spec names (service, subset, workload): nothing was changed. */
  invalidTarget: 'InvalidTarget',
  /** Another open rollout holds one of the services: nothing was changed. */
  targetBusy: 'TargetBusy',
  /** istioctl's precheck found something blocking. */
  precheckFailed: 'PrecheckFailed',
  /** A tool that a step needs is missing, or does not run. */
  toolMissing: 'ToolMissing',
  /** A check of the application failed for good. */
  checkFailed: 'CheckFailed',
  /** Something did not get ready, or was not seen, by its deadline. */
  deadlineExceeded: 'DeadlineExceeded',
  /** Credentials are missing, wrong or not sufficient. */
  accessDenied: 'AccessDenied',
  /** AWS took no credentials of the worker's: nothing was changed. */
  noCredentials: 'NoCredentials',
  /** The API server or an admission webhook refused an object for what it says. */
  rejected: 'Rejected',
  /** The provider could not make the cluster. */
  creationFailed: 'CreationFailed',
  /** Something of a cluster could not be removed. */
  deletionFailed: 'DeletionFailed',
  /** A limit of the cloud account is reached. */
  quotaExceeded: 'QuotaExceeded',
  /** A gate said no. */
  gateFailed: 'GateFailed',
  /** Nobody approved a stage in time. */
  notApproved: 'NotApproved',
  /** A decision that does not apply now: nothing was changed. */
  refused: 'Refused',
  /** An error that no step expects: a fault of Sluice itself, which another attempt only repeats. */
  bug: 'Bug',
} as const;

export type FailureType = (typeof FailureType)[keyof typeof FailureType];

/** Failures that are no accident: a stage was turned down, and the rollout is rolled back. */
export const turnedDown: readonly string[] = [FailureType.gateFailed, FailureType.notApproved];

/** Failures of a step that come before it changes anything: nothing of it is left to undo. */
export const changedNothing: readonly string[] = [
  FailureType.precheckFailed,
  FailureType.toolMissing,
  FailureType.noCredentials,
];

/** Failures that come before anything is changed, unless an earlier step of the same run made something. */
export const nothingStarted: readonly string[] = [
  FailureType.invalidSpec,
  FailureType.invalidInput,
  FailureType.invalidTarget,
  FailureType.targetBusy,
  FailureType.noCredentials,
];

/** How a failure begins that comes after traffic was put back: some route was not, or some proxy was not seen to follow. */
export const putBackBut = 'traffic was put back, but ';
