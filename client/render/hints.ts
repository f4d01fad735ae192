import type { Action, Phase, RolloutStatus } from '../../domain/rollout.ts';

/** What a person can do where a rollout waits for one. */
const ways: Partial<Record<Phase, Partial<Record<Action, string>>>> = {
  WaitingApproval: { approve: 'begin the stage', abort: 'go back' },
  WaitingRetry: { retry: 'run the stage again', abort: 'end the rollout' },
  Paused: { resume: 'go on', abort: 'go back' },
};

/** Commands that a rollout waits for, a line each. */
export function formatHints({ phase, workflowId }: Pick<RolloutStatus, 'phase' | 'workflowId'>): string[] {
  const found = Object.entries(ways[phase] ?? {});
  return found.map(([action, effect]) => `to ${effect}: npx sluice ${action} ${workflowId} --reason '<why>'`);
}
