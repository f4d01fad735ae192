import { describe, expect, it } from '@jest/globals';
import type { Action, RecordedDecision } from '../../domain/rollout.ts';
import { readProposal } from '../../workflows/proposal.ts';
import { refusalOf, type Situation } from '../../workflows/refusals.ts';
import { anybody, stages, stagesWith } from './support/document.ts';

const by = (name: string, action: Action): RecordedDecision => ({ action, by: name, reason: '', at: '' });

const quiet: Situation = {
  over: null,
  paused: null,
  question: null,
  holding: false,
  skipped: null,
  promoted: null,
  ahead: null,
};

/** Why ada is refused; `promote` in full by its own name. */
const refused = (action: Action | 'promote --full', change: Partial<Situation>) => {
  const proposal =
    action === 'promote --full'
      ? readProposal('promote', { by: 'ada', full: true })
      : readProposal(action, { by: 'ada' });
  return refusalOf(proposal, { ...quiet, ...change });
};

const asked = (approvers: readonly string[] | null = null) => ({
  question: { stage: 'v3-50', answers: ['approve'], approvers } as const,
});
const failed = { question: { stage: 'v3-50', answers: ['retry'], approvers: null } } as const;

describe('a decision that applies', () => {
  const applies: [Action | 'promote --full', Partial<Situation>][] = [
    ['pause', {}],
    ['resume', { paused: by('bob', 'pause') }],
    ['approve', asked()],
    ['approve', asked(['bob', 'ada'])],
    ['promote', { holding: true }],
    ['promote --full', { ahead: stages }],
    ['promote --full', { ahead: stagesWith(2, { approval: { ...anybody, approvers: ['ada'] } }) }],
    ['retry', failed],
    ['abort', {}],
  ];

  it.each(applies)('%s is not refused (%#)', (action, change) => {
    expect(refused(action, change)).toBeNull();
  });
});

describe('a decision that does not apply', () => {
  const reserved = stagesWith(2, { approval: { ...anybody, approvers: ['bob', 'eve'] } });
  const refusals: [Action | 'promote --full', string, Partial<Situation>][] = [
    ['pause', 'already paused by bob', { paused: by('bob', 'pause') }],
    ['resume', 'not paused', {}],
    ['approve', 'nothing waits for approval', {}],
    ['approve', 'nothing waits for approval', failed],
    ['approve', 'ada may not approve v3-50: bob, eve may', asked(['bob', 'eve'])],
    ['promote', 'no hold to skip', {}],
    ['promote', 'already promoted by bob', { holding: true, skipped: by('bob', 'promote') }],
    ['promote --full', 'no stage to promote from', {}],
    ['promote --full', 'no stage to promote from', { ahead: stages, ...failed }],
    ['promote --full', 'already promoted by bob', { ahead: stages, promoted: by('bob', 'promote') }],
    ['promote --full', 'ada may not skip the approval of v3-50: bob, eve may', { ahead: reserved }],
    ['retry', 'no failed stage waits for retry', {}],
    ['retry', 'no failed stage waits for retry', asked()],
  ];

  it.each(refusals)('%s is refused: %s', (action, refusal, change) => {
    expect(refused(action, change)).toBe(refusal);
  });

  it.each([undefined, {}, { by: '' }, { by: '\u0000' }, 'unknown', { by: 'unknown' }])(
    'approve without a name (%j) is refused where names are asked for',
    (sent) => {
      const approvers = ['unknown', ''];
      const refusal = refusalOf(readProposal('approve', sent), { ...quiet, ...asked(approvers) });
      expect(refusal).toMatch(/^unknown may not approve v3-50/);
    },
  );

  const actions: Action[] = ['pause', 'resume', 'approve', 'promote', 'retry', 'abort'];
  it.each(actions)('%s is refused once the run is over, with how it ended', (action) => {
    expect(refused(action, { over: 'already over: every stage passed', ...asked() })).toBe(
      'already over: every stage passed',
    );
  });
});

describe('readProposal', () => {
  it('takes anything but true for a promotion of the hold alone', () => {
    expect(readProposal('promote', { by: 'ada', full: 'yes' })).toMatchObject({ full: false });
    expect(readProposal('promote', undefined)).toEqual({
      action: 'promote',
      by: 'unknown',
      reason: '',
      full: false,
    });
  });

  it('knows full of no other action', () => {
    expect(readProposal('abort', { by: 'ada', full: true })).not.toHaveProperty('full');
  });

  it('keeps a reason short', () => {
    expect(readProposal('abort', 'x'.repeat(5_000)).reason).toHaveLength(1_000);
  });
});
