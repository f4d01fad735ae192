/** A decision as somebody sent it. */
import { defaultPayloadConverter, RawValue } from '@temporalio/common';
import { oneLine } from '../domain/plain-text.ts';
import type { Action, Decision } from '../domain/rollout.ts';

/** Whose a decision is that says no name; nobody's who may approve, whatever approvers are called. */
export const nameless = 'unknown';

/** A decision that has not been taken. */
export interface Proposal extends Decision {
  readonly action: Action;
  readonly full?: boolean;
}

/** Messages come from the Web UI and from scripts too: whatever they carry, the decision counts. */
export function readProposal(action: Action, sent: unknown): Proposal {
  const argument = sent instanceof RawValue ? decode(sent) : sent;
  if (typeof argument === 'string') return proposalOf(action, { reason: argument });
  return proposalOf(action, isRecord(argument) ? argument : {});
}

function proposalOf(action: Action, { by, reason, full }: Readonly<Record<string, unknown>>): Proposal {
  const decision = { action, by: clip(by, longestName) || nameless, reason: clip(reason, longestReason) };
  return action === 'promote' ? { ...decision, full: full === true } : decision;
}

/** Nothing where the payload is in an encoding that nobody here knows, or does not hold what it says. */
function decode({ payload }: RawValue): unknown {
  try {
    return defaultPayloadConverter.fromPayload(payload);
  } catch {
    return undefined;
  }
}

/** UTF-16 code units; names of people and teams are shorter. */
const longestName = 200;
const longestReason = 1_000;

/** They go into logs, terminals, the Web UI and chats: one line, without characters that command those. */
function clip(text: unknown, longest: number): string {
  return typeof text === 'string' ? oneLine(text.slice(0, longest)) : '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
