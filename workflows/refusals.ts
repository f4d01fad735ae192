/** What keeps a decision from having an effect. */
import type { Action, RecordedDecision } from '../domain/rollout.ts';
import type { StageSpec } from '../domain/spec/document.ts';
import { nameless, type Proposal } from './proposal.ts';

/** What a person is being asked. */
export interface Question {
  /** Name of the stage that it is about. */
  readonly stage: string;
  readonly answers: readonly Action[];
  /** Names that may answer; null for anybody. */
  readonly approvers: readonly string[] | null;
}

/** What there is to decide. */
export interface Situation {
  /** Why there is nothing left to decide, in words; null while there is. */
  readonly over: string | null;
  readonly paused: RecordedDecision | null;
  readonly question: Question | null;
  /** Whether a stage holds its weights. */
  readonly holding: boolean;
  /** The decision that skips the rest of this hold. */
  readonly skipped: RecordedDecision | null;
  /** The decision that skips the rest of the rollout. */
  readonly promoted: RecordedDecision | null;
  /** Stages that are still to come; null before the first, and once the run is over. */
  readonly ahead: readonly StageSpec[] | null;
}

/** Why a decision does not apply now; null if it does. */
export function refusalOf(proposal: Proposal, now: Situation): string | null {
  return now.over ?? rules[proposal.action](proposal, now);
}

const rules: Readonly<Record<Action, (proposal: Proposal, now: Situation) => string | null>> = {
  pause: (_, { paused }) => (paused ? `already paused by ${paused.by}` : null),
  resume: (_, { paused }) => (paused ? null : 'not paused'),
  approve: refuseApproval,
  promote: (proposal, now) => (proposal.full ? refuseFullPromotion(proposal, now) : refusePromotion(now)),
  retry: (_, { question }) =>
    question?.answers.includes('retry') ? null : 'no failed stage waits for retry',
  abort: () => null,
};

function refuseApproval({ by }: Proposal, { question }: Situation): string | null {
  if (!question?.answers.includes('approve')) return 'nothing waits for approval';
  return mayApprove(by, question.approvers)
    ? null
    : `${by} may not approve ${question.stage}: ${formatNames(question.approvers)} may`;
}

function refusePromotion({ holding, skipped }: Situation): string | null {
  if (!holding) return 'no hold to skip';
  return skipped ? `already promoted by ${skipped.by}` : null;
}

/** The rest of a rollout holds the approvals that it needs: whoever may not give them may not skip them either. */
function refuseFullPromotion({ by }: Proposal, { ahead, promoted, question }: Situation): string | null {
  if (!ahead || question?.answers.includes('retry')) return 'no stage to promote from';
  if (promoted) return `already promoted by ${promoted.by}`;
  const kept = ahead.find(({ approval }) => approval && !mayApprove(by, approval.approvers));
  return kept
    ? `${by} may not skip the approval of ${kept.name}: ${formatNames(kept.approval?.approvers ?? [])} may`
    : null;
}

function mayApprove(by: string, approvers: readonly string[] | null): boolean {
  return approvers === null || (by !== nameless && approvers.includes(by));
}

function formatNames(names: readonly string[] | null): string {
  return (names ?? []).join(', ');
}
