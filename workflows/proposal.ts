/** A decision as somebody sent it. */
import type { Action, Decision } from '../domain/rollout.ts';

/** A decision that has not been taken. */
export interface Proposal extends Decision {
  readonly action: Action;
  readonly full?: boolean;
}

/** Messages come from the Web UI and from scripts too: whatever they carry, the decision counts. */
export function readProposal(action: Action, argument: unknown): Proposal {
  if (typeof argument === 'string') return proposalOf(action, { reason: argument });
  return proposalOf(action, isRecord(argument) ? argument : {});
}

function proposalOf(action: Action, { by, reason, full }: Readonly<Record<string, unknown>>): Proposal {
  const decision = { action, by: clip(by) || 'unknown', reason: clip(reason) };
  return action === 'promote' ? { ...decision, full: full === true } : decision;
}

const longestText = 1_000;

function clip(text: unknown): string {
  return typeof text === 'string' ? text.trim().slice(0, longestText) : '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
